import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createAuthority, openAuthority } from '@portolan/process/certificate-authority';
import { Outbound } from '../../http/outbound.ts';
import { runTrials } from './trials.ts';

const outbound = new Outbound({ loopback: true, private: false });
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function listen(server: Server): Promise<URL> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const failed = async (url: URL) => {
  const { steps } = await runTrials(outbound, url, {
    connect: () => Promise.reject(new Error('nothing answers')),
  });
  return steps.find(({ state }) => state === 'failed');
};

test('a certificate of nobody known is told of as a matter of TLS, with what to do', async () => {
  const authority = await openAuthority(await createAuthority('nobody known'));
  const notAfter = new Date(Date.now() + 60_000);
  const hosts = ['provider.example'];
  const { cert, key } = await authority.issue({ commonName: 'provider', hosts, usage: 'server', notAfter });
  const url = await listen(createHttps({ cert, key: key ?? '' }));
  expect(await failed(url)).toMatchObject({
    step: 'tls',
    message: expect.stringMatching(/certificate.*NODE_EXTRA_CA_CERTS/),
  });
});

test('a port that does not speak TLS is told of as a matter of TLS', async () => {
  expect(await failed(await listen(createHttp()))).toMatchObject({ step: 'tls' });
});

test('where nothing listens, the connection is what fails', async () => {
  const url = await listen(createHttp());
  servers.splice(0).forEach((server) => server.close());
  expect(await failed(url)).toMatchObject({ step: 'connect', message: 'nothing answers' });
});
