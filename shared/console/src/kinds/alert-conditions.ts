import { BURN_METRIC, EVERY, isStateMetric, type Alert } from '@portolan/contract/alerts';

/** What a rule watches: `api default/flights on eu-1`. */
export function targetOf(scope: Alert['scope']): string {
  if (scope.kind === 'workspace') return 'the workspace';
  if (scope.name === EVERY) {
    const place = scope.namespace === '' ? '' : ` in ${scope.namespace}`;
    return `every ${scope.kind}${place}${scope.clusterName === null ? '' : ` on ${scope.clusterName}`}`;
  }
  const name = scope.namespace === '' ? scope.name : `${scope.namespace}/${scope.name}`;
  return `${scope.kind} ${name}${scope.clusterName === null ? '' : ` on ${scope.clusterName}`}`;
}

/** A threshold in words. */
export function conditionOf({ metric, condition, ...rest }: Alert['threshold']): string {
  const { occurrence, timeRange, minRequests, objective } = rest;
  const beyond = `${metric} ${condition.above ? 'above' : 'below'} ${condition.value}`;
  if (isStateMetric(metric)) return beyond;
  const enough = minRequests > 0 ? `, with ${minRequests} requests or more` : '';
  if (metric === BURN_METRIC)
    return `${beyond} of the budget of ${objective} %, over ${timeRange / 60} and ${Math.round(timeRange / 720)} min${enough}`;
  const often = occurrence === 1 ? 'once' : `${occurrence} times`;
  return `${beyond}, ${often} in ${timeRange / 60} min${enough}`;
}
