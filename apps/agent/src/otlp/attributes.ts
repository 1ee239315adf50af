import { hostname } from 'node:os';
import { VERSION } from '@portolan/process/version';

/** Pieces of OTLP's JSON encoding (opentelemetry-proto, docs/specification.md "JSON Protobuf Encoding"): 64-bit integers are texts. */

export type AttributeValue = string | number | boolean | readonly string[] | null | undefined;

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** Returns attributes; those without a value are left out. */
export function attributesOf(values: Readonly<Record<string, AttributeValue>>): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

/** What every signal of a gateway is of. */
export const GATEWAY_RESOURCE = {
  attributes: attributesOf({
    'service.name': 'portolan-gateway',
    'service.version': VERSION,
    'service.instance.id': hostname(),
  }),
};

/** Returns a time in nanoseconds, exact to the microsecond. */
export function unixNano(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}

function anyValue(value: NonNullable<AttributeValue>): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((one) => ({ stringValue: one })) } };
}
