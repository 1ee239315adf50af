import type { FinishedExchange } from '../../gateway/exchange/finished-exchange.ts';
import { route } from '../../gateway/testing/models.ts';

const ROUTE = route();
let made = 0;

/** Returns a finished exchange with a new id. */
export function finished(change: Partial<FinishedExchange> = {}): FinishedExchange {
  made += 1;
  return {
    requestId: `r${made}`,
    trace: null,
    startedAt: Date.UTC(2030, 0, 1) + made,
    route: ROUTE,
    api: null,
    version: null,
    operation: null,
    status: 200,
    source: 'upstream',
    refusal: null,
    durationMs: 12.3456789,
    upstreamMs: 10,
    upstreamStartMs: 1,
    authMs: 0.1,
    isUpgraded: false,
    isEventStream: false,
    attempts: 1,
    bytesIn: 0,
    bytesOut: 12,
    method: 'GET',
    scheme: 'https',
    host: 'api.example.com',
    path: '/flights/7',
    query: '',
    httpVersion: '1.1',
    tlsVersion: null,
    clientAddress: '192.0.2.77',
    edgeOpenedAt: null,
    service: 'air/flights',
    upstream: 'http://10.0.0.1:80',
    identity: null,
    userId: null,
    keyId: null,
    ...change,
  };
}
