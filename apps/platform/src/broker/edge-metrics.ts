import { Counter, type Registry } from 'prom-client';

const PROTOCOLS = ['http', 'tls'] as const;

/** Counts of what is on the path of every chunk: plain numbers until somebody asks for them. */
export interface EdgeCounts {
  routed: number;
  in: number;
  out: number;
}

/** Adds the edge's busiest figures to a broker's metrics, read from the counts it answers. */
export function registerEdgeCounts(registry: Registry): Readonly<Record<'http' | 'tls', EdgeCounts>> {
  const counts = { http: { routed: 0, in: 0, out: 0 }, tls: { routed: 0, in: 0, out: 0 } };
  const registers = [registry];
  const requests = new Counter({
    name: 'portolan_broker_edge_requests_total',
    help: 'Requests (http) and connections (tls) routed',
    labelNames: ['protocol'],
    registers,
    collect() {
      requests.reset();
      for (const protocol of PROTOCOLS) requests.inc({ protocol }, counts[protocol].routed);
    },
  });
  const bytes = new Counter({
    name: 'portolan_broker_edge_bytes_total',
    help: 'Bytes of public connections',
    labelNames: ['protocol', 'direction'],
    registers,
    collect() {
      bytes.reset();
      for (const protocol of PROTOCOLS) {
        for (const direction of ['in', 'out'] as const)
          bytes.inc({ protocol, direction }, counts[protocol][direction]);
      }
    },
  });
  return counts;
}
