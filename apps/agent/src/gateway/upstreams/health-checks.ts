import type { Route, Target } from '@portolan/resources/model/model';
import type { HealthCheck, ServiceTarget } from '@portolan/resources/model/service';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { Logger } from 'pino';
import { request } from 'undici';
import type { Upstream } from './upstream.ts';

interface Probe {
  readonly upstream: Upstream;
  readonly job: IntervalJob;
}

/** Active health checks: requests to each endpoint of the targets that have one, at intervals; endpoints that fail get no traffic. */
export class HealthChecks {
  readonly #logger: Logger;
  #probes = new Map<string, Probe>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Replaces what is checked by the targets of `routes`; checks of endpoints that stay go on undisturbed. */
  watch(
    routes: readonly Route[],
    resolve: (target: ServiceTarget) => { readonly upstreams: readonly Upstream[] },
  ): void {
    const next = new Map<string, Probe>();
    for (const target of checkedTargets(routes)) {
      if (target.healthCheck === null) continue;
      for (const upstream of resolve(target).upstreams) {
        const key = `${upstream.origin} ${JSON.stringify(target.healthCheck)}`;
        if (!next.has(key)) next.set(key, this.#probes.get(key) ?? this.#begin(upstream, target.healthCheck));
      }
    }
    for (const [key, probe] of this.#probes) if (!next.has(key)) end(probe);
    this.#probes = next;
  }

  close(): void {
    for (const probe of this.#probes.values()) end(probe);
    this.#probes.clear();
  }

  #begin(upstream: Upstream, check: HealthCheck): Probe {
    const run = async (closed: AbortSignal): Promise<void> => {
      const isPassing = await isHealthy(upstream, check);
      if (closed.aborted) return;
      if (isPassing !== upstream.isCheckPassing) {
        this.#logger.warn(
          { event: 'upstream.health', upstream: upstream.origin, isPassing },
          isPassing ? 'endpoint is back' : 'endpoint fails its health check',
        );
      }
      upstream.isCheckPassing = isPassing;
      upstream.lastUsedAt = performance.now();
    };
    const onError = (error: unknown): void =>
      this.#logger.error(
        { event: 'upstream.check-failed', err: error },
        'health check failed in the gateway',
      );
    const everyMs = Math.max(10, check.intervalMs);
    return { upstream, job: startInterval({ everyMs, run, onError, isImmediate: true }) };
  }
}

function end({ upstream, job }: Probe): void {
  void job.close();
  upstream.isCheckPassing = true;
}

async function isHealthy(upstream: Upstream, check: HealthCheck): Promise<boolean> {
  try {
    const { statusCode, body } = await request(checkUrl(upstream, check), {
      ...(check.port === undefined && check.scheme === undefined ? { dispatcher: upstream.pool } : {}),
      method: check.method,
      headers: { ...check.headers },
      signal: AbortSignal.timeout(check.timeoutMs),
    });
    await body.dump();
    return check.status === undefined ? statusCode >= 200 && statusCode < 400 : statusCode === check.status;
  } catch {
    return false;
  }
}

/** Returns the URL of a check, which may have another port or scheme than requests. */
function checkUrl(upstream: Upstream, check: HealthCheck): URL {
  const url = new URL(check.path.startsWith('/') ? check.path : `/${check.path}`, upstream.origin);
  if (check.scheme !== undefined) url.protocol = check.scheme;
  if (check.port !== undefined) url.port = String(check.port);
  return url;
}

function* checkedTargets(routes: readonly Route[]): Generator<ServiceTarget> {
  for (const { target } of routes) yield* services(target);
}

function* services(target: Target): Generator<ServiceTarget> {
  switch (target.kind) {
    case 'service':
      yield target.service;
      break;
    case 'weighted':
      for (const entry of target.targets) yield* services(entry.target);
      break;
    case 'mirror':
      yield* services(target.main);
      break;
    case 'portal':
    case 'none':
      break;
  }
}
