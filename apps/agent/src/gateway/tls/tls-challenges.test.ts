import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { TlsOptions } from '@portolan/resources/model/model';
import { challengeCertificate } from '../../platform/certificates/signing-request.ts';
import { model, ref } from '../testing/models.ts';
import { startGateway } from '../testing/servers.ts';

const host = 'api.example.com';
const digest = Buffer.alloc(32, 7).toString('base64url');
const strict: TlsOptions = {
  minVersion: 'TLSv1.3',
  cipherSuites: [],
  alpnProtocols: ['http/1.1'],
  clientAuth: { mode: 'require', ca: [] },
};

async function started() {
  const ordinary = await challengeCertificate(host, digest);
  const { gateway, httpsPort } = await startGateway(
    model([], [], {
      certificates: new Map([[host, { source: ref('Secret', 'tls'), ...ordinary }]]),
      tlsOptions: new Map([[host, strict]]),
    }),
    { listen: { http: { host: '127.0.0.1', port: 0 }, https: { host: '127.0.0.1', port: 0 } } },
  );
  return { gateway, httpsPort, ordinary };
}

function dial(port: number, servername: string): TLSSocket {
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername,
    rejectUnauthorized: false,
    ALPNProtocols: ['acme-tls/1'],
  });
  onTestFinished(() => void socket.destroy());
  return socket;
}

test('answers a pending challenge before every option of the host, then closes', async () => {
  const { gateway, httpsPort, ordinary } = await started();
  const answer = await challengeCertificate(host, digest);
  gateway.setChallenges(new Map([[host, answer]]));
  const socket = dial(httpsPort, host);
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('acme-tls/1');
  const certificate = socket.getPeerX509Certificate();
  const shown = certificate?.toString().trim();
  expect(shown).toBe(answer.cert.trim());
  expect(shown).not.toBe(ordinary.cert.trim());
  // RFC 8737 §6.1: the extension is critical and holds the digest as an OCTET STRING.
  expect(certificate?.raw.toString('hex')).toContain(
    `06082b0601050507011f0101ff04220420${Buffer.alloc(32, 7).toString('hex')}`,
  );
  socket.resume();
  await once(socket, 'close');
});

test.each([
  ['no challenge is pending', host, new Map()],
  ['one is pending for another name', host, new Map([['other.example.com', true]])],
])('refuses the protocol while %s', async (_name, name, pending) => {
  const { gateway, httpsPort } = await started();
  const answers = await Promise.all(
    [...pending.keys()].map(
      async (other) => [String(other), await challengeCertificate(String(other), digest)] as const,
    ),
  );
  gateway.setChallenges(new Map(answers));
  const [error] = await once(dial(httpsPort, name), 'error');
  expect(String(error)).toMatch(/no application protocol|ECONNRESET|disconnected/i);
});
