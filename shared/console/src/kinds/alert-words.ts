import type { Alert } from '@portolan/contract/alerts';

/** What a rule watches: `api default/flights on eu-1`. */
export function targetOf(scope: Alert['scope']): string {
  const name = scope.namespace === '' ? scope.name : `${scope.namespace}/${scope.name}`;
  return `${scope.kind} ${name}${scope.clusterName === null ? '' : ` on ${scope.clusterName}`}`;
}

/** A threshold in words. */
export function conditionOf({ metric, condition, occurrence, timeRange }: Alert['threshold']): string {
  const often = occurrence === 1 ? 'once' : `${occurrence} times`;
  return `${metric} ${condition.above ? 'above' : 'below'} ${condition.value}, ${often} in ${timeRange / 60} min`;
}
