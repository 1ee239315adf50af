import type { Kind } from '../kinds/kind.ts';

/** The clusters and namespaces one wants to see anything of; empty: all. */
export interface Scope {
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
}

export const EVERYTHING: Scope = { clusters: [], namespaces: [] };

/** The scope as terms of a kind's filter, as far as it has such columns: `cluster="eu-1","us-2"`. */
export function scopeTerms(scope: Scope, kind: Pick<Kind, 'name' | 'columns'>): string {
  const has = (id: string) => kind.columns.some((column) => column.id === id);
  const clusterField = kind.name === 'clusters' ? 'name' : has('cluster') ? 'cluster' : null;
  return [
    ...(clusterField === null ? [] : term(clusterField, scope.clusters)),
    ...(has('namespace') ? term('namespace', scope.namespaces) : []),
  ].join(' ');
}

/** A filter within a scope. */
export function scopedFilter(scope: Scope, kind: Pick<Kind, 'name' | 'columns'>, filter: string): string {
  return [scopeTerms(scope, kind), filter].filter((part) => part !== '').join(' ');
}

/** The scope in a few words, for the bars. */
export function scopeText(scope: Scope): string {
  const part = (one: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${one}${names.length === 1 ? '' : 's'} ${names.join(', ')}`];
  return [...part('cluster', scope.clusters), ...part('namespace', scope.namespaces)].join(', ');
}

function term(field: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [`${field}=${names.map((name) => `"${name.replace(/["\\]/g, '\\$&')}"`).join(',')}`];
}
