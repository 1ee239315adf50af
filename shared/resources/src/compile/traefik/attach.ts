import type { Guard } from '../../model/model.ts';
import type { Middleware, PathChange } from '../../model/middleware.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import { findByProviderName, followReference } from './references.ts';

/** Puts middlewares on a route; one that is missing or does not work closes the route, since it may have been its lock. */
export function attach(
  guard: Guard,
  middlewares: Resolved<readonly Middleware[]>,
): { readonly guard: Guard; readonly middlewares: readonly Middleware[] } {
  if (middlewares.ok)
    return { guard: matchedAfter(guard, middlewares.value), middlewares: middlewares.value };
  if (guard.kind === 'closed') return { guard, middlewares: [] };
  return {
    guard: { kind: 'closed', status: 404, reason: middlewares.reason, fix: middlewares.fix },
    middlewares: [],
  };
}

/** Operations of an API are matched on the path that its upstream sees. */
function matchedAfter(guard: Guard, middlewares: readonly Middleware[]): Guard {
  const rewrites = middlewares.filter(changesPath);
  if (guard.kind !== 'api' || rewrites.length === 0) return guard;
  return { kind: 'api', api: { ...guard.api, rewrites } };
}

const PATH_CHANGES: ReadonlySet<string> = new Set<PathChange['kind']>([
  'addPrefix',
  'stripPrefix',
  'stripPrefixRegex',
  'replacePath',
  'replacePathRegex',
]);

function changesPath(middleware: Middleware): middleware is Middleware & PathChange {
  return PATH_CHANGES.has(middleware.kind);
}

/** Middlewares an annotation lists. */
export function middlewaresByAnnotation(
  reader: Reader,
  names: readonly string[],
): Resolved<readonly Middleware[]> {
  const field = 'metadata.annotations[traefik.ingress.kubernetes.io/router.middlewares]';
  return join(
    names.map((name) => {
      const at = name.lastIndexOf('@');
      if (at !== -1 && name.slice(at) !== '@kubernetescrd') return refuse(reader, field, foreign(name));
      const found = findByProviderName(reader, 'Middleware', name);
      return found === null ? refuse(reader, field, missing(name)) : follow(reader, field, found.key);
    }),
  );
}

/** Middlewares an object refers to by name and namespace. */
export function middlewaresByReference(
  reader: Reader,
  references: readonly { readonly name: string; readonly namespace?: string | undefined }[],
  field: string,
): Resolved<readonly Middleware[]> {
  return join(
    references.map((reference, index) => {
      const place = `${field}[${index}]`;
      if (reference.name.includes('@') && !reference.name.endsWith('@kubernetescrd')) {
        return refuse(reader, place, foreign(reference.name));
      }
      const found = followReference(reader, { ...reference, kind: 'Middleware' });
      if (!found.ok) return refuse(reader, place, found);
      return found.value === null
        ? refuse(reader, place, missing(reference.name))
        : follow(reader, place, found.value.key);
    }),
  );
}

function follow(reader: Reader, field: string, key: string): Resolved<readonly Middleware[]> {
  const result = reader.result<readonly Middleware[]>(key);
  if (result?.ok === true) return result;
  const name = key.slice(key.lastIndexOf('/') + 1);
  const reason = `Middleware "${name}" cannot be used: ${result?.reason ?? 'it refers to itself'}`;
  return refuse(reader, field, { reason, fix: result?.fix ?? 'break the circle' });
}

function refuse(reader: Reader, field: string, why: { reason: string; fix: string }): Resolved<never> {
  reader.error('middleware-not-usable', field, {
    message: `${why.reason}; the route returns 404`,
    fix: why.fix,
  });
  return { ok: false, ...why };
}

function missing(name: string): { reason: string; fix: string } {
  return {
    reason: `Middleware "${name}" does not exist`,
    fix: `create Middleware "${name}", or remove the reference`,
  };
}

function foreign(name: string): { reason: string; fix: string } {
  return {
    reason: `Middleware "${name}" belongs to a provider that is not supported`,
    fix: 'declare it as a Middleware object and name that',
  };
}

function join(parts: readonly Resolved<readonly Middleware[]>[]): Resolved<readonly Middleware[]> {
  const all: Middleware[] = [];
  for (const part of parts) {
    if (!part.ok) return part;
    all.push(...part.value);
  }
  return { ok: true, value: all };
}
