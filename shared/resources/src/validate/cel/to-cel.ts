import { Duration } from '@marcbachmann/cel-js/evaluator';
import type { Schema } from '../../crds/custom-resource-definition.ts';
import { isRecord } from '../../kinds/object.ts';
import { parseDurationNanos } from '../go-duration.ts';

/** A value as rules see it: integers as int, durations and times as such, properties under escaped names. */
export function toCel(value: unknown, schema: Schema): unknown {
  if (typeof value === 'string') return toCelString(value, schema.format);
  if (typeof value === 'number') return schema.type === 'number' ? value : toCelInteger(value);
  if (Array.isArray(value)) return value.map((item: unknown) => toCel(item, schema.items ?? {}));
  if (!isRecord(value)) return value;
  const { properties, additionalProperties } = schema;
  const entries: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    const property =
      properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property !== undefined) entries.push([escapeName(name), toCel(value[name], property)]);
    else if (additionalProperties !== undefined) {
      entries.push([name, toCel(value[name], additionalProperties)]);
    }
  }
  return Object.fromEntries(entries);
}

function toCelInteger(value: number): bigint | number {
  return Number.isInteger(value) ? BigInt(value) : value;
}

function toCelString(value: string, format: string | undefined): unknown {
  if (format === 'duration') {
    const nanos = parseDurationNanos(value);
    return nanos === null ? value : toDuration(nanos);
  }
  if (format === 'date-time') return new Date(value);
  return value;
}

/** A CEL duration of so many nanoseconds. */
export function toDuration(nanos: bigint): Duration {
  return new Duration(nanos / 1_000_000_000n, Number(nanos % 1_000_000_000n));
}

// Escaping of property names in Kubernetes' CEL: k8s.io/apiserver/pkg/cel/escaping.go.
const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace ' +
    'return var void while'
  ).split(' '),
);
const escaped = new Map<string, string>();
const CACHE_SIZE_MAX = 10_000;

/** Name by which a rule reaches a property: `namespace` as `__namespace__`, `x-y` as `x__dash__y`. */
export function escapeName(name: string): string {
  const known = escaped.get(name);
  if (known !== undefined) return known;
  const result = RESERVED.has(name)
    ? `__${name}__`
    : name
        .replaceAll('__', '__underscores__')
        .replaceAll('.', '__dot__')
        .replaceAll('-', '__dash__')
        .replaceAll('/', '__slash__');
  if (escaped.size >= CACHE_SIZE_MAX) escaped.clear();
  escaped.set(name, result);
  return result;
}
