import { expect, it } from 'vitest';
import { apiGuard, forwardAuth, model, route, service, toService } from '../testing/models.ts';
import { ask, askRaw, echo, startGateway, upstream } from '../testing/servers.ts';
import type { TraceMode } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const sent = { traceparent: `00-${TRACE}-${SPAN}-00`, tracestate: 'vendor=1', 'x-request-id': 'mine' };

async function gateway(mode: TraceMode, isTrusted: boolean, sampleRatio: number | null = 1) {
  const up = await echo();
  return startGateway(model([route()], [service('up', up)]), {
    tracing: { mode, sampleRatio },
    ...(isTrusted ? { trustedProxies: ['127.0.0.1'] } : {}),
  });
}

interface Seen {
  readonly headers: Readonly<Record<string, string>>;
}

it.each<[TraceMode, boolean]>([
  ['ignore', false],
  ['ignore', true],
  ['accept', false],
  ['accept', true],
  ['trust', false],
  ['trust', true],
])('mode %s, trusted %s: what the upstream gets is what is recorded', async (mode, isTrusted) => {
  const { port, records } = await gateway(mode, isTrusted);
  const answer = await ask(port, { headers: sent });
  const { headers } = JSON.parse(answer.body) as Seen;
  const [, traceId, spanId, flags] = headers['traceparent']?.split('-') ?? [];
  const [record] = records;
  expect(record?.trace).toMatchObject({ traceId, upstreamSpanId: spanId });
  expect(traceId === TRACE).toBe(mode !== 'ignore');
  expect(spanId).not.toBe(SPAN);
  expect(flags).toBe(mode === 'trust' && isTrusted ? '00' : '01');
  expect(headers['tracestate']).toBe(mode === 'ignore' ? undefined : 'vendor=1');
  expect(headers['x-request-id'] === 'mine').toBe(isTrusted);
  expect(answer.headers['x-request-id']).toBe(headers['x-request-id']);
  expect(record?.requestId).toBe(headers['x-request-id']);
});

it.each(['junk', '00-0-0-0', `00-${TRACE}-${SPAN}-01-x`, 'x'.repeat(8000)])(
  'never refuses a request for its trace context: %.20s',
  async (traceparent) => {
    const { port } = await gateway('trust', true);
    const answer = await ask(port, { headers: { traceparent, tracestate: '=,=' } });
    expect(answer.status).toBe(200);
    const { headers } = JSON.parse(answer.body) as Seen;
    expect(headers['traceparent']).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    expect(headers['traceparent']).not.toContain(TRACE);
    expect(headers['tracestate']).toBeUndefined();
  },
);

it('passes a context sent twice on as none, and no other spelling of it at all', async () => {
  const { port } = await gateway('accept', false, null);
  const twice = { traceparent: [sent.traceparent, sent.traceparent], x_request_id: 'a', Trace_Parent: 'b' };
  const { headers } = JSON.parse((await ask(port, { headers: twice })).body) as Seen;
  expect(headers).not.toHaveProperty('traceparent');
  expect(headers).not.toHaveProperty('x_request_id');
});

it('without an exporter leaves a caller’s context as it is and begins none', async () => {
  const { port } = await gateway('accept', false, null);
  const passed = JSON.parse((await ask(port, { headers: sent })).body) as Seen;
  expect(passed.headers).toMatchObject({ traceparent: sent.traceparent, tracestate: 'vendor=1' });
  const none = JSON.parse((await ask(port)).body) as Seen;
  expect(none.headers).not.toHaveProperty('traceparent');
});

it('puts one id into every response: upstream’s, refusals, problems, and questions to authentication servers', async () => {
  const asked: (string | undefined)[] = [];
  const auth = await upstream((req, res) => {
    asked.push(req.headers['x-request-id']?.toString());
    res.end();
  });
  const up = await upstream((_req, res) => {
    res.setHeader('x-request-id', 'of the upstream');
    res.end('ok');
  });
  const { port } = await startGateway(
    model(
      [
        route({ middlewares: [forwardAuth(`http://127.0.0.1:${auth.port}/`)] }),
        route({ rule: 'PathPrefix(`/api`)', guard: apiGuard({ prefix: '/api' }) }),
        route({ rule: 'PathPrefix(`/none`)', target: toService('none') }),
      ],
      [service('up', up)],
    ),
  );
  const ids = new Set<unknown>();
  for (const path of ['/', '/api', '/none']) {
    const answer = await ask(port, { path });
    const id = answer.headers['x-request-id'];
    expect(id).toMatch(/^[\da-f]{32}$/);
    ids.add(id);
    if (path === '/') expect(asked).toEqual([id]);
    if (path === '/api') expect(JSON.parse(answer.body)).toMatchObject({ status: 401, requestId: id });
  }
  expect(ids.size).toBe(3);
  expect(await askRaw(port, 'GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
    /X-Request-Id: [\da-f]{32}/,
  );
});
