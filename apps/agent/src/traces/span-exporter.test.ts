import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { AuxiliaryClient } from '../gateway/http/auxiliary-client.ts';
import type { TraceContext } from '../gateway/trace/trace-context.ts';
import { OtlpSender } from '../otlp/otlp-sender.ts';
import { finished } from '../requests/testing/exchanges.ts';
import { SpanExporter } from './span-exporter.ts';
import type { Span } from './spans.ts';

const TRACE: TraceContext = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  upstreamSpanId: '1111111111111111',
  parentId: '2222222222222222',
  isSampled: true,
  state: 'vendor=1',
  link: null,
};

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly spans: readonly Span[];
}

/** A collector that responds with what `status` says. */
async function collector(status: () => number) {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
      };
      const spans = body.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans));
      if (status() === 200) received.push({ url: req.url, headers: req.headers, spans });
      res.writeHead(status(), { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new AuxiliaryClient();
  const troubles: (string | null)[] = [];
  const { port } = server.address() as AddressInfo;
  const exporter = new SpanExporter({
    sender: new OtlpSender({
      client,
      endpoint: `http://127.0.0.1:${port}/`,
      headers: ['authorization', 'Bearer x'],
    }),
    onTrouble: (reason) => troubles.push(reason),
    everyMs: 10,
  });
  onTestFinished(async () => {
    await exporter.close();
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return { received, exporter, troubles };
}

it('exports a span of the gateway and one of the upstream, parent and child', async () => {
  const { received, exporter } = await collector(() => 200);
  const operation = { operationId: null, method: 'GET', path: '/flights/{id}' };
  exporter.record(
    finished({ trace: TRACE, operation, startedAt: 1_900_000_000_000.5, durationMs: 20, upstreamMs: 10 }),
  );
  await vi.waitFor(() => expect(received).toHaveLength(1), 20_000);
  const [{ url, headers, spans } = { url: '', headers: {}, spans: [] }] = received;
  expect(url).toBe('/v1/traces');
  expect(headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'application/json' });
  expect(spans).toMatchObject([
    {
      traceId: TRACE.traceId,
      spanId: TRACE.spanId,
      parentSpanId: TRACE.parentId,
      traceState: 'vendor=1',
      flags: 1,
      name: 'GET /flights/{id}',
      kind: 2,
      startTimeUnixNano: '1900000000000500000',
      endTimeUnixNano: '1900000000020500000',
    },
    {
      traceId: TRACE.traceId,
      spanId: TRACE.upstreamSpanId,
      parentSpanId: TRACE.spanId,
      name: 'GET',
      kind: 3,
      startTimeUnixNano: '1900000000001500000',
      endTimeUnixNano: '1900000000011500000',
    },
  ]);
});

it('shows the way from the edge, and marks clocks that differ', async () => {
  const { received, exporter } = await collector(() => 200);
  for (const edgeOpenedAt of [999, 1_001])
    exporter.record(finished({ trace: TRACE, startedAt: 1_000, edgeOpenedAt, upstreamStartMs: null }));
  await vi.waitFor(() => expect(received.flatMap(({ spans }) => spans)).toHaveLength(6), 20_000);
  const [edge, tunnel, server, skewed] = received.flatMap(({ spans }) => spans);
  expect(edge).toMatchObject({ name: 'edge', parentSpanId: TRACE.parentId, startTimeUnixNano: '999000000' });
  expect(tunnel).toMatchObject({ name: 'tunnel', parentSpanId: edge?.spanId, endTimeUnixNano: '1000000000' });
  expect(server).toMatchObject({ spanId: TRACE.spanId, parentSpanId: edge?.spanId });
  expect(skewed).toMatchObject({ startTimeUnixNano: '1000000000' });
  expect(JSON.stringify(skewed?.attributes)).toContain('portolan.clock.skewed');
});

it('takes a 4xx for no error of the gateway, a 5xx for one, and keeps an ignored trace as a link', async () => {
  const { received, exporter } = await collector(() => 200);
  const link = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isSampled: true };
  exporter.record(
    finished({ trace: { ...TRACE, link }, status: 404, upstreamStartMs: null, method: 'JUNK' }),
  );
  exporter.record(
    finished({
      trace: TRACE,
      status: 502,
      source: 'gateway',
      refusal: 'upstream-unreachable',
      upstreamMs: 1,
    }),
  );
  await vi.waitFor(() => expect(received.flatMap(({ spans }) => spans)).toHaveLength(3), 20_000);
  const [missing, broken, upstream] = received.flatMap(({ spans }) => spans);
  expect(missing?.status).toBeUndefined();
  expect(missing).toMatchObject({ name: '_OTHER', links: [{ traceId: link.traceId, spanId: link.spanId }] });
  expect(broken?.status).toEqual({ code: 2 });
  expect(JSON.stringify(upstream?.attributes)).toContain('upstream-unreachable');
});

it('exports failed and slow exchanges of traces that are not sampled, and nothing else of them', async () => {
  const { received, exporter } = await collector(() => 200);
  const trace = { ...TRACE, isSampled: false };
  exporter.record(finished({ trace }));
  exporter.record(finished({ trace: null, status: 500 }));
  exporter.record(finished({ trace, isUpgraded: true, durationMs: 9e6 }));
  exporter.record(finished({ trace, status: 500, upstreamStartMs: null }));
  exporter.record(finished({ trace, durationMs: 6_000, upstreamStartMs: null }));
  await vi.waitFor(() => expect(received.flatMap(({ spans }) => spans)).toHaveLength(2), 20_000);
});

it('waits for a collector that is away, within bounds, and counts what it drops', async () => {
  let status = 503;
  const { received, exporter, troubles } = await collector(() => status);
  for (let count = 0; count < 6_000; count++)
    exporter.record(finished({ trace: TRACE, upstreamStartMs: null }));
  expect(exporter.dropped).toBe(1_000);
  await vi.waitFor(() => expect(troubles).toEqual([expect.stringContaining('503')]), 20_000);
  status = 200;
  await vi.waitFor(() => expect(received.flatMap(({ spans }) => spans)).toHaveLength(5_000), 20_000);
  expect(troubles.at(-1)).toBeNull();
  status = 400;
  exporter.record(finished({ trace: TRACE, upstreamStartMs: null }));
  await vi.waitFor(() => expect(exporter.dropped).toBe(1_001), 20_000);
});
