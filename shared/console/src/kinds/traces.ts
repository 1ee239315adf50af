import { dictionary } from '@portolan/contract/dictionary';
import type { Traces } from './kind.ts';

/** A text as a value of a filter. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Traces of what the platform itself keeps, by its id. */
export function recordTraces(id: string): Traces {
  return { audit: `targetId=${quoted(id)}` };
}

/** Traces of a Kubernetes object: changes of it are kept by its key. */
export function objectTraces(row: {
  readonly key: string;
  readonly clusterId: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly kind?: string;
}): Traces {
  const { key, clusterId, name } = row;
  const series = SERIES[key.split('.')[0] ?? ''];
  return {
    changes: `key=${quoted(key)}`,
    logs: quoted(name),
    problems: { clusterId, name },
    ...(series === undefined ? {} : { alerts: { kind: series, namespace: row.namespace ?? '', name } }),
  };
}

/** Kinds of objects whose traffic rules can watch. */
const SERIES = dictionary<string>({
  API: 'api',
  APIVersion: 'api-version',
  Ingress: 'ingress',
  Service: 'service',
});
