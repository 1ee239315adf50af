import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { openTyped, readStreamHeader, StreamHeaderError, type StreamHeader } from './typed-streams.ts';
import type { Session } from './session.ts';
import { readAll, sessionPair } from '../testing/session-pair.ts';

const sessions: Session[] = [];
function pair() {
  // Two-byte pieces: header and payload never arrive whole.
  const made = sessionPair({}, { cut: () => 2 });
  sessions.push(made.client, made.server);
  return made;
}
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

const edge: StreamHeader = {
  kind: 'edge',
  client: { address: '2001:db8::7', port: 40_000 },
  local: { port: 443 },
  host: 'api.example',
  tls: true,
};

describe('stream headers', () => {
  it.each([{ kind: 'agent-http' }, { kind: 'control-http' }, edge] as const)(
    'carries $kind, and the bytes behind it',
    async (header) => {
      const { client, server } = pair();
      const accepted = once(server, 'rawStream');
      const stream = await openTyped(client, header);
      stream.end('payload behind');
      const [far] = await accepted;
      expect(await readStreamHeader(far)).toEqual(header);
      expect(String(await readAll(far.toDuplex()))).toBe('payload behind');
    },
  );

  it.each([
    ['an unknown kind', '{"kind":"root-shell"}'],
    ['what is not JSON', '{kind'],
    ['a missing field', '{"kind":"edge","host":"a"}'],
    ['a port that is none', JSON.stringify({ ...edge, client: { address: '1.1.1.1', port: 70_000 } })],
  ])('refuses %s and destroys the stream', async (_what, text) => {
    const { client, server } = pair();
    const accepted = once(server, 'rawStream');
    const stream = await client.open();
    const body = Buffer.from(text);
    stream.write(Buffer.concat([Buffer.from([0, body.length]), body]));
    const [far] = await accepted;
    await expect(readStreamHeader(far)).rejects.toBeInstanceOf(StreamHeaderError);
    expect(far.isBroken).toBe(true);
  });

  it('refuses lengths of 0 and above 4 KiB without waiting for the body', async () => {
    const { client, server } = pair();
    for (const length of [0, 4_097, 65_535]) {
      const accepted = once(server, 'rawStream');
      const stream = await client.open();
      stream.write(Buffer.from([length >> 8, length & 255]));
      const [far] = await accepted;
      await expect(readStreamHeader(far)).rejects.toThrow(`it announces ${length} bytes`);
    }
  });

  it('gives up when the header is late, and when the stream ends or breaks within it', async () => {
    const { client, server } = pair();
    const begin = async () => {
      const accepted = once(server, 'rawStream');
      const stream = await client.open();
      stream.write(Buffer.from([0, 20, 65]));
      return [stream, (await accepted)[0]] as const;
    };
    const [, late] = await begin();
    await expect(readStreamHeader(late, { timeoutMs: 30 })).rejects.toThrow('did not arrive in time');
    const [short, far] = await begin();
    short.end();
    await expect(readStreamHeader(far)).rejects.toThrow('ended within it');
    const [cut, broken] = await begin();
    cut.destroy();
    await expect(readStreamHeader(broken)).rejects.toThrow('reset');
  });
});
