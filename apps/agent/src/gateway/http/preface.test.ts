import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { awaitPreface } from './preface.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

describe('the first bytes of a connection', () => {
  it.each([
    [[`${PREFACE}rest`], 'http2'],
    [PREFACE.split(''), 'http2'],
    [['P', 'RI * HTTP/2.0\r\n\r\nS', 'M\r\n\r\nrest'], 'http2'],
    [['GET / HTTP/1.1\r\n'], 'http1'],
    [['P', 'OST / HTTP/1.1\r\n'], 'http1'],
    [['PR', 'OPFIND / HTTP/1.1\r\n'], 'http1'],
    [['PRI * HTTP/2.0\r\n\r\nXX'], 'http1'],
    [['\x16\x03\x01'], 'http1'],
  ])('%j tell %s, and are still there', async (parts, protocol) => {
    const [client, server] = duplexPair();
    const known = new Promise((resolve) => awaitPreface(server, 10_000, resolve));
    for (const part of parts) {
      client.write(part);
      await turn();
    }
    expect(await known).toBe(protocol);
    client.end();
    let text = '';
    for await (const chunk of server) text += String(chunk);
    expect(text).toBe(parts.join(''));
  });

  it('are not waited for without end', async () => {
    const [client, server] = duplexPair();
    client.write('PRI');
    awaitPreface(server, 20, () => expect.unreachable());
    await once(server, 'close');
  });
});
