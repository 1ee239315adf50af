import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bucketOf } from '@portolan/contract/histogram';
import type { MinutePoint } from '@portolan/contract/telemetry';
import { expect, it, onTestFinished, vi } from 'vitest';
import { AuxiliaryClient } from '../gateway/http/auxiliary-client.ts';
import { OtlpSender } from '../otlp/otlp-sender.ts';
import { MetricsExporter } from './metrics-exporter.ts';
import { RequestTotals } from './request-totals.ts';

interface DataPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly asInt?: string;
  readonly count?: string;
  readonly scale?: number;
  readonly positive?: { readonly offset: number; readonly bucketCounts: readonly string[] };
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly DataPoint[] };
  readonly exponentialHistogram?: { readonly dataPoints: readonly DataPoint[] };
}

interface Received {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }[];
}

const point = (minute: number, requests: number): MinutePoint => ({
  series: { kind: 'api', namespace: 'air', name: 'flights' },
  minute: new Date(Date.UTC(2030, 0, 1, 0, minute)).toISOString(),
  requests,
  errors: 0,
  clientErrors: 0,
  responseTimeSum: requests / 4,
  responseTimeCount: requests,
  bytesIn: 10 * requests,
  bytesOut: 100 * requests,
  latency: { total: [bucketOf(0.25), requests], upstream: [bucketOf(0.125), requests] },
  parts: [
    {
      by: 'outcome',
      labels: { class: '2xx', source: 'upstream' },
      requests,
      errors: 0,
      clientErrors: 0,
      responseTimeSum: 0,
      responseTimeCount: 0,
      bytesIn: 0,
      bytesOut: 0,
    },
  ],
});

/** A collector that responds with what `status` says, and an exporter of totals to it. */
async function collector(status: () => number) {
  const received: Metric[][] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Received;
      if (status() === 200 && req.url === '/v1/metrics')
        received.push(
          body.resourceMetrics.flatMap((one) => one.scopeMetrics.flatMap(({ metrics }) => metrics)),
        );
      res.writeHead(status()).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new AuxiliaryClient();
  const totals = new RequestTotals();
  const troubles: (string | null)[] = [];
  const exporter = new MetricsExporter({
    sender: new OtlpSender({ client, endpoint: `http://127.0.0.1:${port}`, headers: [] }),
    totals,
    onTrouble: (reason) => troubles.push(reason),
    everyMs: 10,
  });
  onTestFinished(async () => {
    await exporter.close();
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return { received, totals, troubles };
}

it('exports times as exponential histograms and counts since the start, with the minute that is not over', async () => {
  const { received, totals } = await collector(() => 200);
  totals.unfinished = () => [point(1, 2)];
  totals.add([point(0, 3)]);
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(0));
  const metrics = new Map(received[0]?.map((metric) => [metric.name, metric]));
  expect(metrics.get('http.server.request.duration')).toMatchObject({
    unit: 's',
    exponentialHistogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          attributes: [
            { key: 'portolan.kind', value: { stringValue: 'api' } },
            { key: 'k8s.namespace.name', value: { stringValue: 'air' } },
            { key: 'portolan.name', value: { stringValue: 'flights' } },
          ],
          count: '5',
          sum: 1.25,
          scale: 3,
          // 0.25 s is 2^-2 = base^-16, the upper edge of bucket -17 (data model, "Exponential Buckets").
          positive: { offset: -17, bucketCounts: ['5'] },
        },
      ],
    },
  });
  expect(metrics.get('http.client.request.duration')?.exponentialHistogram?.dataPoints[0]?.positive).toEqual({
    offset: -25,
    bucketCounts: ['5'],
  });
  const outcome = metrics.get('portolan.requests')?.sum?.dataPoints[0];
  expect(outcome?.asInt).toBe('5');
  expect(outcome?.attributes.map(({ key }) => key)).toContain('portolan.response.source');
  expect(metrics.get('portolan.response.bytes')?.sum?.dataPoints[0]?.asInt).toBe('500');
});

it('reports a collector that is away once, and loses nothing by it', async () => {
  let status = 503;
  const { received, totals, troubles } = await collector(() => status);
  totals.add([point(0, 3)]);
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
  totals.add([point(1, 4)]);
  status = 200;
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(0));
  const requests = received.at(-1)?.find(({ name }) => name === 'portolan.requests');
  expect(requests?.sum?.dataPoints[0]?.asInt).toBe('7');
  await vi.waitFor(() => expect(troubles).toEqual([expect.stringContaining('503'), null]));
});
