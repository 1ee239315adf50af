import type { TraefikServiceReference } from '../../kinds/traefik-shapes.ts';
import { followReference, refuseNamespace } from './references.ts';
import type { Target } from '../../model/model.ts';
import type { HealthCheck, StickyCookie } from '../../model/service.ts';
import type { Reader } from '../reader.ts';
import { DEFAULT_STICKY_NAME, type ServiceSettings, schemeNamed } from '../service-annotations.ts';
import { asTarget, serviceTarget } from '../service-target.ts';
import { durationMs } from './duration.ts';

/** Where a list of services leads: the one there is, or all by weight. */
export function targetOfAll(
  reader: Reader,
  references: readonly TraefikServiceReference[],
  field: string,
): Target {
  const [only] = references;
  if (only === undefined) {
    reader.error('invalid', field, {
      message: 'names no service; requests get 404',
      fix: 'name at least one service',
    });
    return { kind: 'none', status: 404, reason: 'the route names no service' };
  }
  if (references.length === 1) return targetOf(reader, only, `${field}[0]`);
  const targets = references.map((reference, index) => ({
    weight: reference.weight ?? 1,
    target: targetOf(reader, reference, `${field}[${index}]`),
  }));
  return { kind: 'weighted', targets, sticky: null };
}

/** Where one reference leads. */
export function targetOf(reader: Reader, reference: TraefikServiceReference, field: string): Target {
  if (reference.kind === 'TraefikService') return followTraefikService(reader, reference, field);
  const namespace = reference.namespace ?? reader.self.namespace;
  const refusal = refuseNamespace(reader, `Service "${reference.name}"`, namespace);
  if (refusal !== null) return refuseReference(reader, `${field}.namespace`, refusal);
  const port = reference.port;
  if (port === undefined) {
    reader.error('invalid', `${field}.port`, {
      message: 'the port is not set; requests get 503',
      fix: 'set the port of the Service',
    });
    return { kind: 'none', status: 503, reason: `the port of Service "${reference.name}" is not set` };
  }
  return asTarget(
    serviceTarget(reader, { namespace, name: reference.name, port, field, settings: settingsOf(reference) }),
  );
}

/** What a reference sets for the Service it names. */
export function settingsOf(reference: TraefikServiceReference): ServiceSettings {
  const scheme = schemeNamed(reference.scheme);
  const sticky = stickyOf(reference.sticky);
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(reference.passHostHeader === undefined ? {} : { passHostHeader: reference.passHostHeader }),
    ...(reference.serversTransport === undefined ? {} : { serversTransport: reference.serversTransport }),
    ...(sticky === null ? {} : { sticky }),
    ...(reference.healthCheck?.path === undefined
      ? {}
      : { healthCheck: healthCheckOf(reference.healthCheck, reference.healthCheck.path) }),
  };
}

/** A sticky cookie, if one is asked for. */
export function stickyOf(sticky: TraefikServiceReference['sticky']): StickyCookie | null {
  const cookie = sticky?.cookie;
  if (cookie === undefined) return null;
  return {
    name: cookie.name ?? DEFAULT_STICKY_NAME,
    secure: cookie.secure ?? false,
    httpOnly: cookie.httpOnly ?? false,
    ...(cookie.sameSite === undefined ? {} : { sameSite: cookie.sameSite }),
    ...(cookie.path === undefined ? {} : { path: cookie.path }),
    ...(cookie.domain === undefined ? {} : { domain: cookie.domain }),
    ...(cookie.maxAge === undefined || cookie.maxAge === 0 ? {} : { maxAgeSeconds: cookie.maxAge }),
  };
}

function followTraefikService(
  reader: Reader,
  { name, namespace }: TraefikServiceReference,
  field: string,
): Target {
  if (name.endsWith('@internal')) {
    // Traefik's noop@internal answers 418; its dashboard and API do not exist here.
    if (name === 'noop@internal')
      return { kind: 'none', status: 418, reason: 'noop@internal always returns 418' };
    reader.error('unsupported', `${field}.name`, {
      message: `"${name}" does not exist here; requests get 404`,
      fix: 'name a Service',
    });
    return { kind: 'none', status: 404, reason: `"${name}" does not exist here` };
  }
  const followed = followReference<unknown>(reader, { kind: 'TraefikService', name, namespace });
  if (!followed.ok) return refuseReference(reader, `${field}.name`, followed);
  const found = followed.value;
  const target = found === null ? null : reader.result<Target>(found.key);
  if (target?.ok === true) return target.value;
  const reason =
    target?.reason ??
    (found === null
      ? `TraefikService "${name}" does not exist`
      : `TraefikService "${name}" refers to itself`);
  reader.error('missing-reference', `${field}.name`, {
    message: `${reason}; requests get 503`,
    fix:
      target?.fix ??
      (found === null ? `create TraefikService "${name}", or reference another one` : 'break the circle'),
  });
  return { kind: 'none', status: 503, reason };
}

/** As in Traefik, a request that a reference would lead to another namespace gets 404. */
function refuseReference(reader: Reader, field: string, why: { reason: string; fix: string }): Target {
  reader.error('cross-namespace', field, { message: `${why.reason}; requests get 404`, fix: why.fix });
  return { kind: 'none', status: 404, reason: why.reason };
}

function healthCheckOf(
  check: NonNullable<TraefikServiceReference['healthCheck']>,
  path: string,
): HealthCheck {
  return {
    path,
    method: check.method ?? 'GET',
    ...(check.scheme === 'http' || check.scheme === 'https' ? { scheme: check.scheme } : {}),
    ...(check.port === undefined ? {} : { port: check.port }),
    ...(check.status === undefined ? {} : { status: check.status }),
    intervalMs: durationMs(check.interval, 30_000),
    timeoutMs: durationMs(check.timeout, 5_000),
    headers: { ...check.headers, ...(check.hostname === undefined ? {} : { host: check.hostname }) },
  };
}
