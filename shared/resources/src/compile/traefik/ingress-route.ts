import { type KubernetesObject, parseApiVersion } from '../../kinds/object.ts';
import { type IngressRoute, ingressRouteShape } from '../../kinds/traefik-shapes.ts';
import { followReference } from './references.ts';
import { followTlsOptions, forHosts, warnWithoutHost } from './tls-options.ts';
import { warnWithoutEffect } from './unsupported.ts';
import type { Guard, Route, TlsOptions } from '../../model/model.ts';
import type { Rule } from '../../model/rule.ts';
import { hostsOf } from '../../rules/hosts.ts';
import { parseRule } from '../../rules/parse.ts';
import { isOurClass } from '../core/ingress-class.ts';
import { certificatesOf } from '../core/ingress-certificates.ts';
import { schemeOf } from '../core/router-annotations.ts';
import { PORTAL_ANNOTATION, portalTarget } from '../hub/portal-annotation.ts';
import { guardByAnnotations, relateToApi } from '../hub/route-guard.ts';
import { withEdgeHosts } from '../edge-hosts.ts';
import type { Reader } from '../reader.ts';
import { defineKind, parseValid } from '../define-kind.ts';
import type { Fault, Resolved, UnitOutput } from '../unit.ts';
import type { ParseContext, Parsed } from '../kind-compiler.ts';
import { attach, middlewaresByReference } from './attach.ts';
import { targetOfAll } from './target.ts';

interface RuledRoute {
  readonly object: IngressRoute;
  readonly rules: readonly Rule[];
}

type RouteEntry = IngressRoute['spec']['routes'][number];

export const ingressRouteKind = defineKind<RuledRoute>({
  type: 'IngressRoute.traefik.io',
  parse: parseIngressRoute,
  relate: (object) => relateToApi(object),
  compile({ object, spec, reader }) {
    const annotations = object.metadata.annotations ?? {};
    const className = annotations['kubernetes.io/ingress.class'];
    if (className !== undefined && !isOurClass(reader, undefined, className)) return {};
    warnWithoutEffect(reader, ingressRouteShape.shape.spec, object.spec);
    const output = compileRoutes(spec, annotations, reader);
    return { ...output, routes: withEdgeHosts(output.routes ?? [], object, reader) };
  },
});

function parseIngressRoute(object: KubernetesObject, context: ParseContext): Parsed<RuledRoute> {
  const parsed = parseValid<IngressRoute>(object, context);
  if ('faults' in parsed) return parsed;
  const faults: Fault[] = [];
  const rules = parsed.spec.spec.routes.flatMap((route, index): Rule[] => {
    const result = parseRule(route.match, syntaxOf(object, route));
    if ('rule' in result) return [result.rule];
    const { message, position, fix } = result.error;
    faults.push({
      code: 'bad-rule',
      field: `spec.routes[${index}].match`,
      message: `${message} (at character ${position + 1})`,
      fix,
    });
    return [];
  });
  return faults.length === 0 ? { spec: { object: parsed.spec, rules } } : { faults };
}

/** Objects of the group that Traefik left in 2.10 were written in the syntax of then. */
function syntaxOf(object: KubernetesObject, route: RouteEntry): 'v2' | 'v3' {
  const declared = route.syntax ?? route.ruleSyntax;
  if (declared === 'v2' || declared === 'v3') return declared;
  return parseApiVersion(object.apiVersion).group === 'traefik.containo.us' ? 'v2' : 'v3';
}

function compileRoutes(
  { object: { spec }, rules }: RuledRoute,
  annotations: Readonly<Record<string, string>>,
  reader: Reader,
): UnitOutput {
  const { self } = reader;
  const { [PORTAL_ANNOTATION]: portal } = annotations;
  const options = tlsOptionsOf(spec.tls, reader);
  const guard = guardOf(annotations, options, reader);
  const scheme = schemeOf(reader, 'spec.entryPoints', {
    entryPoints: spec.entryPoints ?? [],
    isTls: spec.tls !== undefined,
  });
  const demanded = options.ok ? options.value : null;
  const routes = spec.routes.flatMap((entry, index): Route[] => {
    const rule = rules[index];
    if (rule === undefined) return [];
    const field = `spec.routes[${index}]`;
    const middlewares = middlewaresByReference(reader, entry.middlewares ?? [], `${field}.middlewares`);
    return [
      {
        id: `ingress-route/${self.namespace}/${self.name}/${index}`,
        owner: self,
        kind: 'ingress-route',
        ...(scheme === null ? {} : { scheme }),
        ...(demanded === null ? {} : { tls: demanded }),
        rule,
        // Traefik: zero means unset.
        priority: entry.priority || Buffer.byteLength(entry.match),
        hosts: hostsOf(rule),
        ...attach(guard, middlewares),
        target:
          portal === undefined
            ? targetOfAll(reader, entry.services ?? [], `${field}.services`)
            : portalTarget(reader, portal),
      },
    ];
  });
  const hosts = [...new Set(routes.flatMap((route) => route.hosts))];
  if (demanded !== null) warnWithoutHost(reader, 'spec.tls.options', routes);
  return {
    routes,
    ...routeCertificates(spec.tls, hosts, reader),
    ...(demanded === null ? {} : { tlsOptions: forHosts(reader, hosts, demanded) }),
  };
}

/** TLS options that cannot be read close the route: they may ask for client certificates. */
function guardOf(
  annotations: Readonly<Record<string, string>>,
  options: Resolved<TlsOptions | null>,
  reader: Reader,
): Guard {
  const guard = guardByAnnotations(annotations, reader);
  if (options.ok || guard.kind === 'closed') return guard;
  return { kind: 'closed', status: 404, reason: options.reason, fix: options.fix };
}

function routeCertificates(
  tls: IngressRoute['spec']['tls'],
  ruleHosts: readonly string[],
  reader: Reader,
): Pick<UnitOutput, 'certificates'> {
  if (tls === undefined) return {};
  if (tls.certResolver !== undefined && tls.certResolver !== '') {
    const message = 'certificate resolvers are not supported; the default certificate is used';
    reader.warn('unsupported', 'spec.tls.certResolver', {
      message,
      fix: 'name a TLS Secret in spec.tls.secretName',
    });
  }
  const domains = (tls.domains ?? []).flatMap(({ main, sans = [] }) => [
    ...(main === undefined ? [] : [main]),
    ...sans,
  ]);
  return certificatesOf(
    reader,
    [{ hosts: domains.length > 0 ? domains : ruleHosts, secretName: tls.secretName }],
    'spec.tls',
  );
}

function tlsOptionsOf(tls: IngressRoute['spec']['tls'], reader: Reader): Resolved<TlsOptions | null> {
  if (tls?.options === undefined) return { ok: true, value: null };
  const { name } = tls.options;
  const found = followReference(reader, { ...tls.options, kind: 'TLSOption' });
  if (found.ok) return followTlsOptions(reader, 'spec.tls.options', { name, found: found.value });
  reader.error('cross-namespace', 'spec.tls.options', {
    message: `${found.reason}; the routes return 404`,
    fix: found.fix,
  });
  return found;
}
