import type { Ingress } from '../../kinds/core-shapes.ts';
import { normaliseHost } from '../../rules/hosts.ts';
import { escapeRegex } from '../../rules/regex.ts';
import type { Guard, Route, Target, TlsOptions } from '../../model/model.ts';
import type { Rule } from '../../model/rule.ts';
import { formatRule } from '../../rules/format.ts';
import { PORTAL_ANNOTATION, portalTarget } from '../hub/portal-annotation.ts';
import { guardByAnnotations, relateToApi } from '../hub/route-guard.ts';
import { withEdgeHosts } from '../edge-hosts.ts';
import { attach, middlewaresByAnnotation } from '../traefik/attach.ts';
import type { Reader } from '../reader.ts';
import { asTarget, serviceTarget } from '../service-target.ts';
import { defineKind } from '../define-kind.ts';
import { findByProviderName } from '../traefik/references.ts';
import { followTlsOptions, forHosts, warnWithoutHost } from '../traefik/tls-options.ts';
import type { Resolved, UnitOutput } from '../unit.ts';
import { isOurClass } from './ingress-class.ts';
import { certificatesOf } from './ingress-certificates.ts';
import { type RouterSettings, readRouterSettings } from './router-annotations.ts';

type Backend = NonNullable<Ingress['spec']['defaultBackend']>;
type HttpPaths = NonNullable<NonNullable<Ingress['spec']['rules']>[number]['http']>['paths'];
type IngressPath = HttpPaths[number];

/** Traefik gives the default backend the lowest priority there is. */
const LOWEST_PRIORITY = -2_147_483_648;

export const ingressKind = defineKind<Ingress>({
  type: 'Ingress.networking.k8s.io',
  relate: (object) => relateToApi(object),
  compile({ object, spec: { spec }, reader }) {
    const annotations = object.metadata.annotations ?? {};
    if (!isOurClass(reader, spec.ingressClassName, annotations['kubernetes.io/ingress.class'])) return {};
    const output = compileIngress({ spec, annotations, reader });
    return { ...output, routes: withEdgeHosts(output.routes ?? [], object, reader) };
  },
});

interface IngressUnit {
  readonly spec: Ingress['spec'];
  readonly annotations: Readonly<Record<string, string>>;
  readonly reader: Reader;
}

function compileIngress(unit: IngressUnit): UnitOutput {
  const { spec, annotations, reader } = unit;
  const settings = readRouterSettings(reader, annotations, (spec.tls ?? []).length > 0);
  const guard = guardByAnnotations(annotations, reader);
  const options = tlsOptionsOf(reader, settings.tlsOptions);
  const compose = (place: Place): Route => composeRoute({ unit, settings, guard, options, place });
  const routes = (spec.rules ?? []).flatMap((rule, ruleIndex) =>
    (rule.http?.paths ?? []).map((path, pathIndex) =>
      compose({
        ...ruleOf(rule.host, path, settings.isExactPath),
        backend: path.backend,
        field: `spec.rules[${ruleIndex}].http.paths[${pathIndex}].backend`,
      }),
    ),
  );
  if (spec.defaultBackend !== undefined) {
    const place = {
      rule: { kind: 'always' },
      hosts: [],
      priority: LOWEST_PRIORITY,
      backend: spec.defaultBackend,
    } as const;
    routes.push(compose({ ...place, field: 'spec.defaultBackend' }));
  }
  const demanded = options.ok ? options.value : null;
  if (demanded !== null) warnWithoutHost(reader, TLS_OPTIONS_FIELD, routes);
  const hosts = [...new Set(routes.flatMap((route) => route.hosts))];
  return {
    routes,
    ...certificatesOf(reader, spec.tls ?? []),
    ...(demanded === null ? {} : { tlsOptions: forHosts(reader, hosts, demanded) }),
  };
}

const TLS_OPTIONS_FIELD = 'metadata.annotations[traefik.ingress.kubernetes.io/router.tls.options]';

function tlsOptionsOf(reader: Reader, name: string | null): Resolved<TlsOptions | null> {
  if (name === null) return { ok: true, value: null };
  const found = findByProviderName(reader, 'TLSOption', name);
  return followTlsOptions(reader, TLS_OPTIONS_FIELD, { name, found });
}

interface Place {
  readonly rule: Rule;
  readonly hosts: readonly string[];
  readonly priority: number;
  readonly backend: Backend;
  readonly field: string;
}

function composeRoute(parts: {
  unit: IngressUnit;
  settings: RouterSettings;
  guard: Guard;
  options: Resolved<TlsOptions | null>;
  place: Place;
}): Route {
  const { unit, settings, options, place } = parts;
  const guard: Guard =
    options.ok || parts.guard.kind === 'closed'
      ? parts.guard
      : { kind: 'closed', status: 404, reason: options.reason, fix: options.fix };
  const { self } = unit.reader;
  const portal = unit.annotations[PORTAL_ANNOTATION];
  const attached = attach(guard, middlewaresByAnnotation(unit.reader, settings.middlewares));
  return {
    id: `ingress/${self.namespace}/${self.name}/${place.field}`,
    owner: self,
    kind: 'ingress',
    ...(settings.scheme === null ? {} : { scheme: settings.scheme }),
    ...(options.ok && options.value !== null ? { tls: options.value } : {}),
    rule: place.rule,
    priority: settings.priority ?? place.priority,
    hosts: place.hosts,
    ...attached,
    target: portal === undefined ? backendTarget(unit.reader, place) : portalTarget(unit.reader, portal),
  };
}

function backendTarget(reader: Reader, { backend, field }: Place): Target {
  const { service } = backend;
  if (service === undefined) {
    reader.error('unsupported', field, {
      message: 'a resource backend is not supported; requests get 503',
      fix: 'name a service',
    });
    return { kind: 'none', status: 503, reason: 'its backend is a resource, which is not supported' };
  }
  const port = service.port?.name ?? service.port?.number ?? 0;
  const reference = { namespace: reader.self.namespace, name: service.name, port, field: `${field}.service` };
  return asTarget(serviceTarget(reader, reference));
}

/** The rule of a path, weighed by length as Traefik does, Exact before Prefix (Kubernetes' Ingress reference). */
function ruleOf(
  host: string | undefined,
  path: IngressPath,
  isExact: boolean,
): Pick<Place, 'rule' | 'hosts' | 'priority'> {
  const text = path.path ?? '/';
  const pathRule = pathRuleOf(
    text,
    isExact && path.pathType === 'ImplementationSpecific' ? 'Exact' : path.pathType,
  );
  const weighed: Rule = { kind: 'pathPrefix', prefix: text, segments: false };
  const bonus = path.pathType === 'Exact' ? 1 : 0;
  if (host === undefined || host === '')
    return { rule: pathRule, hosts: [], priority: formatRule(weighed).length + bonus };
  const name = normaliseHost(host);
  const hostRule: Rule = name.startsWith('*.')
    ? { kind: 'hostRegexp', regex: `^[^.]+${escapeRegex(name.slice(1))}$` }
    : { kind: 'host', host: name };
  // Without its star a wildcard is shorter than any host it covers, so that a precise host wins.
  const hostWeight: Rule = { kind: 'host', host: name.replace(/^\*/, '') };
  const priority = Buffer.byteLength(formatRule({ kind: 'and', rules: [hostWeight, weighed] })) + bonus;
  return { rule: { kind: 'and', rules: [hostRule, pathRule] }, hosts: [name], priority };
}

function pathRuleOf(path: string, type: 'Exact' | 'Prefix' | 'ImplementationSpecific'): Rule {
  if (type === 'Exact') return { kind: 'path', path };
  return { kind: 'pathPrefix', prefix: path, segments: type === 'Prefix' };
}
