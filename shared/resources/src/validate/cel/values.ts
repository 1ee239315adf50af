import { Duration } from '@marcbachmann/cel-js/evaluator';
import type { Schema } from '../../crds/custom-resource-definition.ts';
import { isRecord } from '../../kinds/object.ts';
import { parseDurationNanos } from '../go-duration.ts';
import { escapeName } from './names.ts';

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
