import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Session } from './session.ts';
import { echo, readAll, sessionPair, until } from '../testing/session-pair.ts';

const sessions: Session[] = [];
function pair(...args: Parameters<typeof sessionPair>) {
  const made = sessionPair(...args);
  sessions.push(made.client, made.server);
  return made;
}
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

describe('Session', () => {
  it('carries bytes both ways, opened by either side', async () => {
    const { client, server } = pair();
    echo(client);
    echo(server);
    for (const opener of [client, server]) {
      const stream = await opener.open();
      const sent = randomBytes(3_000_000);
      stream.end(sent);
      expect((await readAll(stream)).equals(sent)).toBe(true);
    }
    await until(() => client.stats().streams === 0 && server.stats().streams === 0);
  });

  it('half-closes: data may follow the end of the other direction', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'stream');
    const stream = await client.open();
    stream.end('question');
    const [far] = await accepted;
    expect(String(await readAll(far))).toBe('question');
    far.write('late ');
    far.end('answer');
    expect(String(await readAll(stream))).toBe('late answer');
  });

  it('measures round trips', async () => {
    const { client } = pair();
    expect(await client.ping()).toBeGreaterThan(0);
    expect(client.stats().rttMs).toBeGreaterThan(0);
  });

  it('closes gracefully after its streams have finished', async () => {
    const { client, server } = pair();
    server.on('stream', (stream) => stream.resume().on('end', () => stream.end()));
    const stream = await client.open();
    await until(() => server.stats().streams === 1);
    const closed = client.close();
    await expect(client.open()).rejects.toMatchObject({ code: 'draining' });
    await until(() => server.draining);
    await expect(server.open()).rejects.toMatchObject({ code: 'go-away' });
    expect(client.closed).toBe(false);
    stream.resume().end();
    await closed;
    expect(client.stats().closed).toMatchObject({ code: 'closed' });
  });
});
