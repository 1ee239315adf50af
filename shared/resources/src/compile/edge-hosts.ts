import { EDGE_ANNOTATION, edgeRequestOf } from '../kinds/edge-annotation.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import type { Route } from '../model/model.ts';
import type { Rule } from '../model/rule.ts';
import { domainsOf } from './hub/managed-keys.ts';
import type { Reader } from './reader.ts';

/** Adds to routes the same ones under the hosts that their object has at the edge, whatever hosts their rules name. */
export function withEdgeHosts(routes: readonly Route[], object: KubernetesObject, reader: Reader): Route[] {
  const asked = object.metadata.annotations?.[EDGE_ANNOTATION];
  if (asked === undefined) return [...routes];
  const request = edgeRequestOf(object);
  const hosts = request === null ? [] : domainsOf(reader, request.key);
  if (request === null)
    reader.error('annotation-invalid', `metadata.annotations[${EDGE_ANNOTATION}]`, {
      message: `Invalid value: "${asked}": the routes are not reached at the edge`,
      fix: 'write a DNS label: lower-case letters, digits and hyphens',
    });
  else if (hosts.length === 0)
    reader.warn('no-domain', `metadata.annotations[${EDGE_ANNOTATION}]`, {
      message: 'has no host at the edge yet',
      fix: 'wait until the platform assigns one',
    });
  return [...routes, ...routes.flatMap((route) => hosts.map((host) => atHost(route, host)))];
}

/** The edge serves both schemes, so that neither is a condition there. */
function atHost({ scheme: _scheme, ...route }: Route, host: string): Route {
  return {
    ...route,
    id: `${route.id}@${host}`,
    rule: { kind: 'and', rules: [{ kind: 'host', host }, withoutHosts(route.rule)] },
    hosts: [host],
    isAtEdge: true,
  };
}

function withoutHosts(rule: Rule): Rule {
  switch (rule.kind) {
    case 'and':
    case 'or':
      return { kind: rule.kind, rules: rule.rules.map(withoutHosts) };
    case 'not':
      return isAboutHost(rule.rule) ? { kind: 'always' } : { kind: 'not', rule: withoutHosts(rule.rule) };
    default:
      return isAboutHost(rule) ? { kind: 'always' } : rule;
  }
}

function isAboutHost({ kind }: Rule): boolean {
  return kind === 'host' || kind === 'hostRegexp';
}
