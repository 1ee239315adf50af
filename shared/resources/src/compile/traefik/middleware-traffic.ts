import type { Middleware, MiddlewareSpec } from '../../model/middleware.ts';
import type { Reader } from '../reader.ts';
import { serviceTarget } from '../service-target.ts';
import type { Resolved } from '../unit.ts';
import { durationMs } from './duration.ts';
import { ipStrategyOf } from './ip-strategy.ts';
import { refuseNamespace } from './references.ts';
import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import { sourceCriterionOf } from './source-criterion.ts';
import { settingsOf } from './target.ts';

const ENCODINGS = ['zstd', 'br', 'gzip'] as const;
const SECOND_MS = 1000;

/** Middlewares that shape traffic: limits, retries, compression, error pages. */
export function compileTraffic(spec: MiddlewareSpecObject, reader: Reader): Resolved<Middleware> | null {
  const found = readLimits(spec) ?? readResilience(spec) ?? readBodies(spec) ?? readErrors(spec, reader);
  if (found === null || !found.ok) return found;
  return { ok: true, value: { source: reader.self, ...found.value } };
}

function readLimits({ rateLimit, inFlightReq }: MiddlewareSpecObject): Resolved<MiddlewareSpec> | null {
  const criterion = rateLimit?.sourceCriterion ?? inFlightReq?.sourceCriterion;
  if (rateLimit !== undefined) {
    return {
      ok: true,
      value: {
        kind: 'rateLimit',
        average: rateLimit.average ?? 0,
        periodMs: durationMs(rateLimit.period, SECOND_MS) || SECOND_MS,
        burst: rateLimit.burst || 1,
        key: sourceCriterionOf(criterion) ?? { kind: 'ip', ip: ipStrategyOf(undefined) },
      },
    };
  }
  if (inFlightReq === undefined) return null;
  return {
    ok: true,
    value: {
      kind: 'inFlightReq',
      amount: inFlightReq.amount,
      key: sourceCriterionOf(criterion) ?? { kind: 'host' },
    },
  };
}

function readResilience({ retry, circuitBreaker }: MiddlewareSpecObject): Resolved<MiddlewareSpec> | null {
  if (retry !== undefined) {
    return {
      ok: true,
      value: {
        kind: 'retry',
        attempts: retry.attempts,
        initialIntervalMs: durationMs(retry.initialInterval, 0),
      },
    };
  }
  if (circuitBreaker === undefined) return null;
  return {
    ok: true,
    value: {
      kind: 'circuitBreaker',
      expression: circuitBreaker.expression,
      checkPeriodMs: durationMs(circuitBreaker.checkPeriod, 100),
      fallbackDurationMs: durationMs(circuitBreaker.fallbackDuration, 10 * SECOND_MS),
      recoveryDurationMs: durationMs(circuitBreaker.recoveryDuration, 10 * SECOND_MS),
      responseCode: circuitBreaker.responseCode || 503,
    },
  };
}

function readBodies({ buffering, compress }: MiddlewareSpecObject): Resolved<MiddlewareSpec> | null {
  if (buffering !== undefined) {
    const { maxRequestBodyBytes = 0, maxResponseBodyBytes = 0 } = buffering;
    return { ok: true, value: { kind: 'buffering', maxRequestBodyBytes, maxResponseBodyBytes } };
  }
  if (compress === undefined) return null;
  const wanted = compress.encodings ?? ENCODINGS;
  const { defaultEncoding } = compress;
  const unknown = [...wanted, ...(defaultEncoding ? [defaultEncoding] : [])].find(
    (encoding) => !ENCODINGS.some((known) => known === encoding),
  );
  if (unknown !== undefined) {
    return {
      ok: false,
      reason: `compress: the encoding "${unknown}" is not supported`,
      fix: `use ${ENCODINGS.join(', ')}`,
    };
  }
  return {
    ok: true,
    value: {
      kind: 'compress',
      excludedContentTypes: compress.excludedContentTypes ?? [],
      includedContentTypes: compress.includedContentTypes ?? [],
      minResponseBodyBytes: compress.minResponseBodyBytes || 1024,
      encodings: wanted.flatMap((encoding) => ENCODINGS.filter((known) => known === encoding)),
      defaultEncoding: ENCODINGS.find((known) => known === defaultEncoding) ?? null,
    },
  };
}

function readErrors({ errors }: MiddlewareSpecObject, reader: Reader): Resolved<MiddlewareSpec> | null {
  if (errors === undefined) return null;
  const { name, namespace = reader.self.namespace, port, kind } = errors.service;
  if (kind === 'TraefikService' || port === undefined) {
    return {
      ok: false,
      reason: 'errors.service must be a Service with a port',
      fix: 'name a Service and its port',
    };
  }
  const refusal = refuseNamespace(reader, `Service "${name}"`, namespace);
  if (refusal !== null) return refusal;
  const service = serviceTarget(reader, {
    namespace,
    name,
    port,
    field: 'spec.errors.service',
    settings: settingsOf(errors.service),
  });
  if (!service.ok) return service;
  return {
    ok: true,
    value: {
      kind: 'errors',
      status: errors.status,
      service: service.value,
      query: errors.query ?? '',
      requestHeaders: errors.errorRequestHeaders?.map((name) => name.toLowerCase()) ?? null,
    },
  };
}
