import type { MiddlewareSpecObject } from '../kinds/middleware.ts';
import type { ImportedGateway, ImportedRoute, ImportedRule } from './imported.ts';
import type { ManifestWriter } from './manifest-writer.ts';
import { AccessWriter, type RouteAccess } from './write-access.ts';
import { servicesOf, writeUpstreams, type UpstreamReferences } from './write-upstreams.ts';

/** An address that no client has (RFC 919): a list of it alone lets nobody in. */
const NOBODY = '255.255.255.255/32';

/** Writes the objects that serve an imported gateway. */
export function writeManifests(
  { upstreams, callers, routes }: ImportedGateway,
  writer: ManifestWriter,
): void {
  const used = new Set(routes.flatMap((route) => route.upstreams.map(({ name }) => name)));
  const references = writeUpstreams(
    upstreams.filter(({ name }) => used.has(name)),
    writer,
  );
  const access = new AccessWriter(routes, callers, writer);
  for (const route of routes) writeRoute(route, { access: access.write(route), references, writer });
}

interface RouteContext {
  readonly access: RouteAccess;
  readonly references: UpstreamReferences;
  readonly writer: ManifestWriter;
}

function writeRoute(route: ImportedRoute, { access, references, writer }: RouteContext): void {
  const name = writer.names.unique('IngressRoute', route.name);
  const named = (specs: readonly MiddlewareSpecObject[]) =>
    specs.map((spec) => ({ name: writer.middleware(spec, route.name) }));
  const services = servicesOf(route, references);
  const shared = [...named(route.before), ...named(access.middlewares), ...named(route.after)];
  const routes = route.rules.flatMap((rule) => {
    const middlewares = [...shared, ...named(rule.middlewares ?? [])];
    return [
      ...denied(route, rule).map((entry) => ({
        ...entry,
        middlewares: named([{ ipAllowList: { sourceRange: [NOBODY] } }]),
        services,
      })),
      { ...entryOf(rule), ...(middlewares.length === 0 ? {} : { middlewares }), services },
    ];
  });
  const spec = {
    ...(route.scheme === 'http' ? { entryPoints: ['web'] } : {}),
    routes,
    ...(route.scheme === 'https' ? { tls: {} } : {}),
  };
  writer.traefik('IngressRoute', name, spec, access.annotations);
}

interface RuleEntry {
  readonly kind: 'Rule';
  readonly match: string;
  readonly syntax?: 'v2';
  readonly priority?: number;
}

function entryOf({ match, syntax, priority }: ImportedRule): RuleEntry {
  return {
    kind: 'Rule',
    match,
    ...(syntax === undefined ? {} : { syntax }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** Addresses that are denied get a rule before the one they are denied: the list of a middleware can only allow. */
function denied({ deniedAddresses }: ImportedRoute, { match, priority }: ImportedRule): readonly RuleEntry[] {
  if (deniedAddresses.length === 0) return [];
  const from = deniedAddresses.map((address) => `ClientIP(\`${address}\`)`).join(' || ');
  const rule = `(${match}) && (${from})`;
  return [{ kind: 'Rule', match: rule, priority: (priority ?? Buffer.byteLength(match)) + 1 }];
}
