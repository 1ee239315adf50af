import { closestName } from '../kinds/closest-name.ts';
import type { ApiGuard, Route } from '../model/model.ts';
import type { Rule } from '../model/rule.ts';
import type { RuleFacts } from '../rules/facts.ts';
import { formatRule } from '../rules/format.ts';
import { hostsOf } from '../rules/hosts.ts';
import { list, nameObject, REMEDY_OWNER } from './format.ts';
import { anchorsOf } from './path-tree.ts';
import { compileRule } from '../rules/match.ts';
import { stripPathPrefix } from '../rules/path.ts';
import type { Reason } from './decision.ts';
import { type Router, wildcardOf } from './router.ts';

const EXAMPLES_MAX = 5;

/** Why no route took a request: the first part of it that nothing answers to. */
export function explainMiss(router: Router, facts: RuleFacts): Reason[] {
  if (facts.clean === null) {
    const text = 'the path contains a malformed percent escape';
    return [
      {
        step: 'request',
        ok: false,
        text,
        fix: 'encode the path as defined by RFC 3986',
        who: REMEDY_OWNER.caller,
      },
    ];
  }
  const { routes } = router.model;
  const onHost = routes.filter((route) => answersHost(route, facts.host));
  if (onHost.length === 0) return [missingHost(routes, facts.host)];
  const gateway = onHost.find((route) => route.guard.kind === 'api');
  const host: Reason = { step: 'host', ok: true, text: `"${facts.host}" is served` };
  const walk = [host, ...servedBy(gateway)];
  const otherScheme = routes.find(
    (route) =>
      route.scheme !== undefined && route.scheme !== facts.request.scheme && compileRule(route.rule)(facts),
  );
  if (otherScheme !== undefined) return [...walk, wrongScheme(otherScheme)];
  const onPath = onHost.filter((route) => isUnder(route, facts));
  const [first] = onPath;
  if (first === undefined) return [...walk, missingPath(onHost, facts)];
  return [
    ...walk,
    ...(first.guard.kind === 'api' ? [apiStep(first.guard.api)] : []),
    missingCondition(first, onPath),
  ];
}

function servedBy(route: Route | undefined): Reason[] {
  const gateway = route?.guard.kind === 'api' ? route.guard.api.gateway : null;
  return gateway === null ? [] : [gatewayStep(gateway)];
}

/** The step that says which gateway answers. */
export function gatewayStep(gateway: Reason['object'] & object): Reason {
  return { step: 'gateway', ok: true, text: `${nameObject(gateway)} serves this host`, object: gateway };
}

/** The step that says which API a path belongs to. */
export function apiStep({ api, prefix, gateway }: ApiGuard): Reason {
  if (gateway === null)
    return { step: 'api', ok: true, text: `it belongs to ${nameObject(api)}`, object: api };
  return { step: 'api', ok: true, text: `"${prefix || '/'}" is ${nameObject(api)}`, object: api };
}

function answersHost(route: Route, host: string): boolean {
  return route.hosts.length === 0 || route.hosts.includes(host) || route.hosts.includes(wildcardOf(host));
}

function missingHost(routes: readonly Route[], host: string): Reason {
  const known = [...new Set(routes.flatMap((route) => route.hosts))].toSorted();
  const near = closestName(host, known);
  const offered = known.slice(0, EXAMPLES_MAX);
  const use =
    near !== null
      ? `did you mean "${near}"?`
      : offered.length === 0
        ? 'no hosts are served yet'
        : `hosts served here: ${offered.join(', ')}`;
  return {
    step: 'host',
    ok: false,
    text: `no route has host "${host}"`,
    fix: `${use}; a new host needs an APIGateway, EdgeIngress, Ingress or IngressRoute, and a custom domain must be verified`,
    who: REMEDY_OWNER.editor,
  };
}

function wrongScheme(route: Route): Reason {
  const text = `${nameObject(route.owner)} is served over ${route.scheme} only`;
  return {
    step: 'route',
    ok: false,
    text,
    object: route.owner,
    fix: `call it over ${route.scheme}, or change its entry points`,
    who: REMEDY_OWNER.caller,
  };
}

function missingPath(onHost: readonly Route[], facts: RuleFacts): Reason {
  const prefixes = [
    ...new Set(onHost.flatMap((route) => (anchorsOf(route.rule) ?? []).map(({ prefix }) => prefix))),
  ]
    .filter((prefix) => prefix !== '')
    .toSorted();
  const near =
    closestName(facts.path, prefixes) ??
    prefixes.find((prefix) => facts.path.endsWith(prefix) || prefix.endsWith(facts.path));
  const offered = prefixes.slice(0, EXAMPLES_MAX).join(', ');
  const isApi = onHost.some((route) => route.kind === 'api');
  return {
    step: isApi ? 'api' : 'route',
    ok: false,
    text: `no ${isApi ? 'API' : 'route'} on this host has a path that matches "${facts.path}"`,
    fix:
      near === undefined
        ? `paths on this host: ${offered}`
        : `did you mean "${near}"? A path is composed of the prefixes of collection, API and version`,
    who: near === undefined ? REMEDY_OWNER.editor : REMEDY_OWNER.caller,
  };
}

function missingCondition(first: Route, onPath: readonly Route[]): Reason {
  const rules = [...new Set(onPath.map((route) => formatRule(withoutHosts(route.rule))))].slice(
    0,
    EXAMPLES_MAX,
  );
  const isVersioned = first.guard.kind === 'api' && first.guard.api.version !== null;
  const versions = [
    ...new Set(
      onPath.flatMap((route) => (route.guard.kind === 'api' ? (route.guard.api.version?.name ?? []) : [])),
    ),
  ];
  return {
    step: isVersioned ? 'version' : 'route',
    ok: false,
    text: isVersioned
      ? `no version of ${nameObject(first.owner)} matches this request (versions: ${list(versions, 'and')})`
      : 'a route has this path, but not with this method, header, query or client address',
    object: first.owner,
    fix: `send what one of these rules requires: ${rules.join(' · ')}`,
    who: REMEDY_OWNER.caller,
  };
}

/** Whether the path belongs to a route: for an API that is its composed prefix, whatever its versions add. */
function isUnder(route: Route, facts: RuleFacts): boolean {
  if (route.guard.kind === 'api' && route.guard.api.gateway !== null)
    return stripPathPrefix(facts.clean ?? '', route.guard.api.prefix) !== null;
  return compileRule(pathsOnly(route.rule))(facts);
}

/** The rule with everything but path conditions taken as given. */
function pathsOnly(rule: Rule): Rule {
  switch (rule.kind) {
    case 'and':
    case 'or':
      return { kind: rule.kind, rules: rule.rules.map(pathsOnly) };
    case 'path':
    case 'pathPrefix':
    case 'pathRegexp':
      return rule;
    default:
      return { kind: 'always' };
  }
}

function withoutHosts(rule: Rule): Rule {
  if (rule.kind !== 'and') return rule;
  const rules = rule.rules.filter((part) => hostsOf(part).length === 0);
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { kind: 'and', rules };
}
