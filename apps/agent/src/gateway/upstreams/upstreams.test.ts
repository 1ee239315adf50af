import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '../http/limits.ts';
import { serviceTarget } from '../testing/models.ts';
import { upstream } from '../testing/servers.ts';
import { Upstreams } from './upstreams.ts';

it('lets idle connections go, and serves those who kept the endpoint when they come back', async () => {
  const { port, server } = await upstream((_, res) => res.end('here'));
  const upstreams = new Upstreams(DEFAULT_LIMITS, (error) => expect(error).toBeUndefined());
  onTestFinished(() => upstreams.close());
  const kept = upstreams.get({ host: '127.0.0.1', port }, serviceTarget('up'));
  const call = async () => {
    const { body } = await kept.pool.request({ path: '/', method: 'GET' });
    return body.text();
  };

  const connected = once(server, 'connection');
  expect(await call()).toBe('here');
  const [socket] = await connected;
  const ended = once(socket, 'close');
  upstreams.closeIdle(performance.now() + 600_000);
  await ended;

  expect(await call()).toBe('here');
  await upstreams.close();
  await expect
    .poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count))))
    .toBe(0);
});

it('keeps connections of endpoints in use', async () => {
  const upstreams = new Upstreams(DEFAULT_LIMITS, (error) => expect(error).toBeUndefined());
  onTestFinished(() => upstreams.close());
  const used = upstreams.get({ host: '127.0.0.1', port: 1 }, serviceTarget('up'));
  const { pool } = used;
  upstreams.closeIdle(performance.now());
  expect(used.pool).toBe(pool);
  used.inFlight = 1;
  upstreams.closeIdle(performance.now() + 600_000);
  expect(used.pool).toBe(pool);
});
