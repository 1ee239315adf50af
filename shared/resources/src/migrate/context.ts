import type { KubernetesObject } from '../kinds/object.ts';
import type { ApiGuard, Grant, Model, Route } from '../model/model.ts';
import type { Rule } from '../model/rule.ts';

/** What the parts of a migration read and write. */
export interface MigrationContext {
  readonly byKey: ReadonlyMap<string, KubernetesObject>;
  /** What the gateway serves of the objects, custom domains taken as verified. */
  readonly model: Model;
  note(object: Pick<KubernetesObject, 'kind' | 'metadata'>, message: string): void;
}

/** An API route of generation v2. */
export interface ApiRoute extends Route {
  readonly api: ApiGuard;
}

/** Returns the custom domains of a gateway, portal or edge ingress. */
export function customDomainsOf(object: KubernetesObject): readonly string[] {
  const spec = object['spec'] as { readonly customDomains?: readonly string[] } | undefined;
  return spec?.customDomains ?? [];
}

/** Returns the API routes of the model. */
export function apiRoutesOf({ routes }: Model): readonly ApiRoute[] {
  return routes.flatMap((route) =>
    route.guard.kind === 'api' && route.kind === 'api' ? [{ ...route, api: route.guard.api }] : [],
  );
}

/** Returns what tells sets of grants apart. */
export function grantsText(grants: readonly Grant[]): string {
  return JSON.stringify(grants.map(({ access, groups, operations }) => [access.key, groups, operations]));
}

/** Returns a rule without its hosts. */
export function withoutHost(rule: Rule): Rule {
  if (rule.kind !== 'and') return rule;
  return { kind: 'and', rules: rule.rules.filter(({ kind }) => kind !== 'host') };
}
