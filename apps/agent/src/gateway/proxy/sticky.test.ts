import { describe, expect, it } from 'vitest';
import type { Target } from '@portolan/resources/model/model';
import { headers, model, route, service, serviceTarget, STICKY, toService } from '../testing/models.ts';
import { ask, startGateway, upstream } from '../testing/servers.ts';

const DEAD = { port: 1 };

const named = async (name: number) => ({ port: (await upstream((_req, res) => res.end(String(name)))).port });

async function serve(
  target: Target,
  endpoints: Record<string, readonly { port: number; isDraining?: true }[]>,
  middlewares = {},
) {
  return startGateway(
    model(
      [route({ target, ...middlewares })],
      Object.entries(endpoints).map(([name, list]) => service(name, ...list)),
    ),
  );
}

describe('a sticky cookie', () => {
  it('is one, and names the endpoint that has responded', async () => {
    const alive = await named(1);
    const { port } = await serve(toService('up', { sticky: STICKY }), { up: [DEAD, alive] });
    const first = await ask(port);
    const second = await ask(port);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.headers['set-cookie']).toHaveLength(1);
    expect(second.headers['set-cookie']).toEqual(first.headers['set-cookie']);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await ask(port, { headers: { cookie } })).headers['set-cookie']).toBeUndefined();
  });

  it('is not set where nobody has responded', async () => {
    const { port } = await serve(toService('up', { sticky: STICKY }), {
      up: [DEAD, { port: 2 }, { port: 3 }],
    });
    const answer = await ask(port);
    expect(answer.status).toBe(502);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('never names a mirror', async () => {
    const target: Target = {
      kind: 'mirror',
      main: toService('up'),
      mirrors: [{ target: toService('copy', { sticky: STICKY }), percent: 100 }],
      mirrorBody: false,
      bodyBytesMax: null,
    };
    const { port } = await serve(target, { up: [await named(1)], copy: [await named(2)] });
    expect((await ask(port)).headers['set-cookie']).toBeUndefined();
  });

  it('can be removed by a middleware', async () => {
    const { port } = await serve(
      toService('up', { sticky: STICKY }),
      { up: [await named(1)] },
      { middlewares: [headers({}, { 'Set-Cookie': '' })] },
    );
    expect((await ask(port)).headers['set-cookie']).toBeUndefined();
  });

  it('keeps a client with an endpoint that is on its way out, and brings no other there', async () => {
    const [staying, leaving] = [await named(1), await named(2)];
    const target = toService('up', { sticky: STICKY });
    const only = await serve(target, { up: [leaving] });
    const [cookie = ''] = (await ask(only.port)).headers['set-cookie']?.[0]?.split(';') ?? [];
    const terminating = { ...leaving, isDraining: true } as const;
    const { port } = await serve(target, { up: [staying, terminating] });
    expect((await ask(port, { headers: { cookie } })).body).toBe('2');
    for (let i = 0; i < 4; i++) expect((await ask(port)).body).toBe('1');
    const alone = await serve(target, { up: [terminating] });
    expect((await ask(alone.port, { headers: { cookie } })).status).toBe(503);
  });

  it('leaves a Service whose weight becomes 0', async () => {
    const weighted = (blue: number, green: number): Target => ({
      kind: 'weighted',
      sticky: STICKY,
      targets: [
        { weight: blue, target: { kind: 'service', service: serviceTarget('blue') } },
        { weight: green, target: { kind: 'service', service: serviceTarget('green') } },
      ],
    });
    const services = { blue: [await named(1)], green: [await named(2)] };
    const only = await serve(weighted(0, 1), services);
    const [cookie = ''] = (await ask(only.port)).headers['set-cookie']?.[0]?.split(';') ?? [];
    const without = await serve(weighted(1, 0), services);
    const moved = await ask(without.port, { headers: { cookie } });
    expect(moved.body).toBe('1');
    expect(moved.headers['set-cookie']).toHaveLength(1);
  });
});
