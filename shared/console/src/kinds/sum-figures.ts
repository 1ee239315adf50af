import { mergeHistograms, quantileOf } from '@portolan/contract/histogram';
import type { Figures } from '@portolan/contract/telemetry';

/** Returns the figures of several series of one step together, percentiles by merged histograms; null for none. */
export function sumFigures(all: readonly Figures[], seconds: number): Figures | null {
  const [first] = all;
  if (first === undefined) return null;
  const add = (of: (one: Figures) => number): number => all.reduce((sum, one) => sum + of(one), 0);
  const [requests, errors, clientErrors] = [
    add((one) => one.requests),
    add((one) => one.errors),
    add((one) => one.clientErrors),
  ];
  const responseTimeSum = add((one) => one.responseTimeSum);
  const responseTimeCount = add((one) => one.responseTimeCount);
  const latency = [...mergeHistograms(all.map((one) => one.latency))];
  const upstreamLatency = [...mergeHistograms(all.map((one) => one.upstreamLatency))];
  const gatewayLatency = [...mergeHistograms(all.map((one) => one.gatewayLatency))];
  return {
    timestamp: first.timestamp,
    seconds,
    requests,
    errors,
    clientErrors,
    requestsPerSecond: requests / seconds,
    errorsPerSecond: errors / seconds,
    clientErrorsPerSecond: clientErrors / seconds,
    errorRatio: requests === 0 ? 0 : errors / requests,
    clientErrorRatio: requests === 0 ? 0 : clientErrors / requests,
    responseTimeSum,
    responseTimeCount,
    averageResponseTime: responseTimeCount === 0 ? null : responseTimeSum / responseTimeCount,
    bytesIn: add((one) => one.bytesIn),
    bytesOut: add((one) => one.bytesOut),
    p50: quantileOf(latency, 0.5),
    p90: quantileOf(latency, 0.9),
    p95: quantileOf(latency, 0.95),
    p99: quantileOf(latency, 0.99),
    upstreamP99: quantileOf(upstreamLatency, 0.99),
    gatewayP99: quantileOf(gatewayLatency, 0.99),
    latency,
    upstreamLatency,
    gatewayLatency,
  };
}
