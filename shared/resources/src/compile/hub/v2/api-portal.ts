import type { ApiPortal } from '../../../generated/v2/api-portal.ts';
import type { Route, Target } from '../../../model/model.ts';
import type { Portal } from '../../../model/portal.ts';
import type { Rule } from '../../../model/rule.ts';
import { formatRule } from '../../../rules/format.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import { asTarget, serviceTarget } from '../../service-target.ts';
import { portalTheme } from '../portal-theme.ts';
import { domainsOf, managedKey } from '../references.ts';

/** Paths of a portal that stay its own when a Service serves its pages. */
const OWN_PATHS = ['/api', '/callback', '/login', '/logout', '/preview'];

export const apiPortalKind = defineKind<ApiPortal>({
  type: 'APIPortal.hub.traefik.io',
  compile({ object, spec: { spec }, reader }) {
    const gateway = managedKey('APIGateway', spec.apiGateway);
    if (reader.get(gateway) === null) {
      reader.warn('missing-reference', 'spec.apiGateway', {
        message: `APIGateway "${spec.apiGateway}" does not exist; the portal shows no API`,
        fix: `create APIGateway "${spec.apiGateway}", or reference another one`,
      });
    }
    const portal: Portal = {
      source: reader.self,
      title: spec.title ?? '',
      description: spec.description ?? '',
      shows: { kind: 'gateway', key: gateway },
      theme: portalTheme(reader, object.metadata.annotations ?? {}),
      logoUrl: spec.ui?.logoUrl ?? null,
      isRemote: reader.isRemote,
    };
    return { value: { ok: true, value: portal }, routes: routesOf(reader, portal, spec.ui?.service) };
  },
});

/** Other routes of its hosts have longer rules and go first. */
function routesOf(
  reader: Reader,
  portal: Portal,
  service: NonNullable<ApiPortal['spec']['ui']>['service'],
): Route[] {
  const own: Target = { kind: 'portal', portal };
  const pages = service === undefined ? own : pagesTarget(reader, service);
  return domainsOf(reader, reader.self.key).flatMap((host) => {
    const routes = [routeOf(reader, { host, path: null, target: pages })];
    if (service !== undefined)
      routes.push(...OWN_PATHS.map((path) => routeOf(reader, { host, path, target: own })));
    return routes;
  });
}

function pagesTarget(
  reader: Reader,
  { name, namespace = 'default', port }: NonNullable<NonNullable<ApiPortal['spec']['ui']>['service']>,
): Target {
  const field = 'spec.ui.service';
  return asTarget(serviceTarget(reader, { name, namespace, port: port.name ?? port.number ?? 0, field }));
}

function routeOf(
  { self }: Reader,
  { host, path, target }: { readonly host: string; readonly path: string | null; readonly target: Target },
): Route {
  const hostRule: Rule = { kind: 'host', host };
  const rule: Rule =
    path === null
      ? hostRule
      : { kind: 'and', rules: [hostRule, { kind: 'pathPrefix', prefix: path, segments: true }] };
  return {
    id: `portal/${self.namespace}/${self.name}/${host}${path ?? ''}`,
    owner: self,
    kind: 'portal',
    rule,
    priority: Buffer.byteLength(formatRule(rule)),
    hosts: [host],
    guard: { kind: 'open' },
    middlewares: [],
    target,
  };
}
