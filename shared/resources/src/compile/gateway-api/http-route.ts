import {
  GATEWAY_GROUP,
  type HttpRoute,
  type HttpRouteMatch,
  type HttpRouteRule,
  type ReferenceGrant,
} from '../../kinds/gateway-shapes.ts';
import type { KubernetesObject } from '../../kinds/object.ts';
import type { Guard, Route, Target } from '../../model/model.ts';
import { guardByAnnotations, relateToApi } from '../hub/route-guard.ts';
import { PORTAL_ANNOTATION, portalTarget } from '../hub/portal-annotation.ts';
import { withEdgeHosts } from '../edge-hosts.ts';
import type { KindCompiler } from '../kind-compiler.ts';
import { defineKind } from '../define-kind.ts';
import type { Reader } from '../reader.ts';
import { attach } from '../traefik/attach.ts';
import { attachmentOf } from './attachment.ts';
import { backendsOf, grantKind } from './backends.ts';
import { filtersOf } from './filters.ts';
import { matchFaults, ruleOf } from './matches.ts';

export const httpRouteKind = defineKind<HttpRoute>({
  type: `HTTPRoute.${GATEWAY_GROUP}`,
  relate: (object) => relateToApi(object),
  judge: ({ spec }) =>
    (spec.rules ?? []).flatMap(({ matches = [] }, rule) =>
      matches.flatMap((match, at) => matchFaults(match, `spec.rules[${rule}].matches[${at}]`)),
    ),
  compile({ object, spec: { spec }, reader }) {
    const annotations = object.metadata.annotations ?? {};
    const hosts = attachmentOf(spec.parentRefs ?? [], spec.hostnames ?? [], reader);
    if ((spec.parentRefs ?? []).length === 0)
      reader.warn('not-attached', 'spec.parentRefs', {
        message: 'names no Gateway, so the route is not served',
        fix: 'name a Gateway',
      });
    const guard = guardByAnnotations(annotations, reader);
    const portal = annotations[PORTAL_ANNOTATION];
    const rules = (spec.rules ?? [{}]).map((rule, index): CompiledRule => ({
      index,
      rule,
      target:
        portal === undefined
          ? backendsOf(rule.backendRefs ?? [], `spec.rules[${index}].backendRefs`, reader)
          : portalTarget(reader, portal),
    }));
    for (const { rule, index } of rules) refuseRest(rule, index, reader);
    const routes = [...hosts].flatMap(([scheme, names]) =>
      [...names].flatMap((host) =>
        rules.flatMap((rule) =>
          routesOf({ rule, host, guard, scheme: schemeFor(hosts, scheme, host) }, reader),
        ),
      ),
    );
    return { routes: withEdgeHosts(uniqueById(routes), object, reader) };
  },
});

export const referenceGrantKind = defineKind<ReferenceGrant>({ type: grantKind, compile: () => ({}) });

interface CompiledRule {
  readonly index: number;
  readonly rule: HttpRouteRule;
  readonly target: Target;
}

/** A host that is reached by both schemes has one route for both. */
function schemeFor(
  hosts: ReturnType<typeof attachmentOf>,
  scheme: 'http' | 'https',
  host: string | null,
): 'http' | 'https' | undefined {
  return hosts.get(scheme === 'http' ? 'https' : 'http')?.has(host) === true ? undefined : scheme;
}

function routesOf(
  {
    rule: { rule, index, target },
    host,
    guard,
    scheme,
  }: {
    readonly rule: CompiledRule;
    readonly host: string | null;
    readonly guard: Guard;
    readonly scheme: 'http' | 'https' | undefined;
  },
  reader: Reader,
): Route[] {
  const { self } = reader;
  const matches: readonly HttpRouteMatch[] =
    rule.matches === undefined || rule.matches.length === 0 ? [{}] : rule.matches;
  return matches.map((match, at): Route => {
    const place = [index, at].map((number) => String(number).padStart(2, '0')).join('.');
    const filters = filtersOf(rule.filters ?? [], match, { reader, field: `spec.rules[${index}].filters` });
    const isRedirect = filters.ok && filters.value.some(({ kind }) => kind === 'redirectTo');
    return {
      id: `http-route/${self.namespace}/${self.name}/${place}/${host ?? ''}/${scheme ?? ''}`,
      owner: self,
      kind: 'http-route',
      ...(scheme === undefined ? {} : { scheme }),
      ...ruleOf(match, host),
      ...(filters.ok
        ? attach(guard, filters)
        : {
            guard: { kind: 'closed', status: 500, reason: filters.reason, fix: filters.fix },
            middlewares: [],
          }),
      target: isRedirect ? { kind: 'none', status: 500, reason: 'the rule redirects' } : target,
    };
  });
}

const SUPPORTED: ReadonlySet<string> = new Set(['name', 'matches', 'filters', 'backendRefs']);

/** Names what a rule asks for beyond the core: it has no effect, and is never passed over in silence. */
function refuseRest(rule: HttpRouteRule, index: number, reader: Reader): void {
  for (const field of Object.keys(rule)) {
    if (SUPPORTED.has(field)) continue;
    reader.error('unsupported', `spec.rules[${index}].${field}`, {
      message: `${field} is not supported; the rule is served without it`,
      fix: 'remove it',
    });
  }
}

function uniqueById(routes: readonly Route[]): Route[] {
  return [...new Map(routes.map((route) => [route.id, route])).values()];
}

/** Kinds of the Gateway API that are read but not served. */
export const unsupportedRouteKinds: readonly KindCompiler[] = [
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
].map((kind) =>
  defineKind<KubernetesObject>({
    type: `${kind}.${GATEWAY_GROUP}`,
    parse: (object) => ({ spec: object }),
    compile({ reader }) {
      reader.error('unsupported', 'kind', {
        message: `${kind} is not served: of the Gateway API only HTTPRoute is`,
        fix: 'write an HTTPRoute',
      });
      return {};
    },
  }),
);
