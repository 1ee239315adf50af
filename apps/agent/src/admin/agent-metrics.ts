import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { registerCertificateExpiry } from './certificate-expiry.ts';
import type { FinishedExchange, RequestRecorder } from '../gateway/exchange/finished-exchange.ts';

export interface AgentState {
  readonly routes: number;
  readonly problems: number;
  readonly tunnels: number;
  readonly revision: number;
  readonly metricsDropped: number;
  readonly accessLogDropped: number;
  readonly spansDropped: number;
  /** Certificates in service, by host. */
  readonly certificates: ReadonlyMap<string, { readonly cert: string }>;
}

/** Creates the agent's own figures for Prometheus. Few labels: a histogram of a thousand series takes long to print. */
export function createAgentMetrics(read: () => AgentState): {
  registry: Registry;
  recorder: RequestRecorder;
  watchMissed: Counter;
} {
  const registry = new Registry();
  const registers = [registry];
  const gauges: [Exclude<keyof AgentState, 'certificates'>, string, string][] = [
    ['routes', 'portolan_agent_routes', 'Routes in service'],
    ['problems', 'portolan_agent_problems', 'Problems found in resources'],
    ['tunnels', 'portolan_agent_tunnels', 'Live tunnels'],
    ['revision', 'portolan_agent_desired_revision', 'Revision of the desired state that is applied'],
    ['accessLogDropped', 'portolan_access_log_dropped', 'Lines of the access log lost since the start'],
    ['spansDropped', 'portolan_spans_dropped', 'Requests whose spans were not exported since the start'],
    ['metricsDropped', 'portolan_agent_metrics_dropped', 'Minute points given up since the start'],
  ];
  for (const [field, name, help] of gauges) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()[field]) });
  }
  registerCertificateExpiry(registry, () => read().certificates);
  const requests = new Counter({
    name: 'portolan_gateway_requests_total',
    help: 'Requests by kind of route and class of status',
    labelNames: ['route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'portolan_gateway_request_seconds',
    help: 'From the first to the last byte',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  const record = (request: FinishedExchange): void => {
    requests.inc({ route: request.route?.kind ?? 'none', status: `${Math.floor(request.status / 100)}xx` });
    seconds.observe(request.durationMs / 1000);
  };
  const watchMissed = new Counter({
    name: 'portolan_watch_missed_total',
    help: 'Changes that the Kubernetes API server had not reported, found by comparison',
    registers,
  });
  return { registry, recorder: { record }, watchMissed };
}
