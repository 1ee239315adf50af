import { connect } from 'node:net';
import type { ConfigOf } from '../../acme-dns-config.ts';
import { RCODE, rcodeName } from '../../dns/codes.ts';
import { checkSignature, signMessage } from '../../dns/tsig.ts';
import { encodeTextUpdate } from '../../dns/update.ts';
import { DnsUpdateError } from './dns-update-error.ts';
import { TEXT_TTL_SECONDS, type TextPublisher } from './text-publisher.ts';

const DNS_PORT = 53;
const TIMEOUT_MS = 10_000;

/** Publishes by dynamic updates (RFC 2136) over TCP, signed by TSIG (RFC 8945), as BIND, Knot and PowerDNS take them. */
export function rfc2136Publisher(config: ConfigOf<'rfc2136'>): TextPublisher {
  const { server, zone, serverZone = zone, keyName, algorithm, key: secret } = config;
  const key = { name: keyName, algorithm, secret };
  return {
    async publish(name, texts, signal) {
      const update = encodeTextUpdate({ zone: serverZone, name, texts, ttlSeconds: TEXT_TTL_SECONDS });
      const request = signMessage(update, key, new Date());
      const response = await exchange(server, request.bytes, signal).catch((cause: unknown) => {
        throw new DnsUpdateError(server, cause instanceof Error ? cause.message : String(cause), { cause });
      });
      const rcode = response.readUInt16BE(2) & 0xf;
      const untrusted = checkSignature(response, key, request.mac, new Date());
      if (rcode !== RCODE.NOERROR)
        throw new DnsUpdateError(server, [rcodeName(rcode), untrusted].filter(Boolean).join('; '));
      if (untrusted !== null) throw new DnsUpdateError(server, untrusted);
    },
  };
}

/** Sends a message over TCP; returns the first response with its id. */
async function exchange(server: string, message: Buffer, signal: AbortSignal): Promise<Buffer> {
  const { hostname, port } = new URL(`dns://${server}`);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || DNS_PORT) });
  const ends = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const stop = () => socket.destroy(new Error(`no response within ${TIMEOUT_MS / 1000} s`));
  ends.addEventListener('abort', stop, { once: true });
  try {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(message.length, 0);
    socket.write(Buffer.concat([size, message]));
    let received: Buffer = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      const end = received.length < 2 ? Number.POSITIVE_INFINITY : 2 + received.readUInt16BE(0);
      if (received.length < end) continue;
      const response = received.subarray(2, end);
      if (response.length >= 12 && response.readUInt16BE(0) === message.readUInt16BE(0)) return response;
      throw new Error('the response does not belong to the request');
    }
    throw new Error('the server ended the connection');
  } finally {
    ends.removeEventListener('abort', stop);
    socket.destroy();
  }
}
