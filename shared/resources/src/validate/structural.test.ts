import { expect, test } from 'vitest';
import type { Schema } from '../crds/custom-resource-definition.ts';
import type { RatedError } from './field-error.ts';
import { checkStructure } from './structural.ts';

function errorsOf(schema: Schema, value: unknown): readonly string[] {
  const found: RatedError[] = [];
  checkStructure(value, schema, 'spec.x', found);
  return found.map(({ field, message }) => `${field}: ${message}`);
}

const rows: readonly (readonly [schema: Schema, value: unknown, ...errors: readonly string[]])[] = [
  [{ type: 'string' }, null, 'spec.x: Invalid value: "null": spec.x in body must be of type string: "null"'],
  [{ type: 'string', nullable: true }, null],
  [{ type: 'number' }, 3],
  [{ type: 'integer' }, 3],
  [
    { type: 'integer' },
    3.5,
    'spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"',
  ],
  [{ type: 'array' }, {}, 'spec.x: Invalid value: "object": spec.x in body must be of type array: "object"'],
  [{ type: 'object' }, [], 'spec.x: Invalid value: "array": spec.x in body must be of type object: "array"'],
  [
    { type: 'boolean' },
    'true',
    'spec.x: Invalid value: "string": spec.x in body must be of type boolean: "string"',
  ],
  [{ 'x-kubernetes-int-or-string': true }, 'a'],
  [{ 'x-kubernetes-int-or-string': true }, 80],
  [
    { 'x-kubernetes-int-or-string': true },
    [],
    'spec.x: Invalid value: "array": spec.x in body must be of type integer,string: "array"',
  ],
  [
    { type: 'string', minLength: 2 },
    'a',
    'spec.x: Invalid value: "a": spec.x in body should be at least 2 chars long',
  ],
  [{ type: 'string', maxLength: 2 }, 'äöü', 'spec.x: Too long: may not be more than 2 bytes'],
  [{ type: 'string', maxLength: 3 }, '🦆🦆🦆'],
  [
    { type: 'string', pattern: '^a+$' },
    'b',
    `spec.x: Invalid value: "b": spec.x in body should match '^a+$'`,
  ],
  [{ type: 'string', enum: ['a', 'b'] }, 'c', 'spec.x: Unsupported value: "c": supported values: "a", "b"'],
  [{ type: 'integer', enum: [1, 2] }, 3, 'spec.x: Unsupported value: 3: supported values: "1", "2"'],
  [
    { type: 'integer', minimum: 1, maximum: 3 },
    0,
    'spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1',
  ],
  [
    { type: 'integer', minimum: 1, maximum: 3 },
    4,
    'spec.x: Invalid value: 4: spec.x in body should be less than or equal to 3',
  ],
  [
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    1,
    'spec.x: Invalid value: 1: spec.x in body should be greater than 1',
  ],
  [
    { type: 'number', maximum: 1, exclusiveMaximum: true },
    1,
    'spec.x: Invalid value: 1: spec.x in body should be less than 1',
  ],
  [
    { type: 'integer', multipleOf: 5 },
    7,
    'spec.x: Invalid value: 7: spec.x in body should be a multiple of 5',
  ],
  [
    { type: 'array', minItems: 1 },
    [],
    'spec.x: Invalid value: 0: spec.x in body should have at least 1 items',
  ],
  [{ type: 'array', maxItems: 1 }, [1, 2], 'spec.x: Too many: 2: must have at most 1 items'],
  [
    { type: 'object', minProperties: 1 },
    {},
    'spec.x: Invalid value: 0: spec.x in body should have at least 1 properties',
  ],
  [{ type: 'object', maxProperties: 1 }, { a: 1, b: 2 }, 'spec.x: Too many: 2: must have at most 1 items'],
  [{ type: 'object', required: ['a', 'b'] }, { a: null }, 'spec.x.b: Required value'],
  [
    { type: 'object', additionalProperties: { type: 'string' } },
    { 'a/b': 1 },
    'spec.x.a/b: Invalid value: "integer": spec.x.a/b in body must be of type string: "integer"',
  ],
  [
    { type: 'array', items: { type: 'object', required: ['n'] } },
    [{ n: 1 }, {}],
    'spec.x[1].n: Required value',
  ],
  [{ type: 'array', 'x-kubernetes-list-type': 'set' }, ['a', 'b', 'a'], 'spec.x[2]: Duplicate value: "a"'],
  [
    { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n', 'p'] },
    [{ n: 1, p: 2 }, { n: 1 }, { p: 2, n: 1, other: 3 }],
    'spec.x[2]: Duplicate value: {"n":1,"p":2}',
  ],
  [{ type: 'array', 'x-kubernetes-list-type': 'atomic' }, ['a', 'a']],
  ...(
    [
      ['date-time', '2024-02-30T00:00:00', 'no zone'],
      ['date', '2024-1-1', ''],
      ['duration', '1 fortnight', ''],
      ['duration', '5', 'no unit'],
      ['byte', 'a===', ''],
      ['ipv4', '1.2.3.256', ''],
      ['ipv6', '::g', ''],
      ['cidr', '10.0.0.0/33', ''],
      ['uuid', 'x', ''],
      ['mac', '00:11', ''],
    ] as const
  ).map(
    ([format, value]) =>
      [
        { type: 'string', format } as const,
        value,
        `spec.x: Invalid value: "${value}": spec.x in body must be of type ${format}: "${value}"`,
      ] as const,
  ),
  ...(
    [
      ['date-time', '2024-02-28T00:00:00.5+01:00'],
      ['date', '2024-01-01'],
      ['duration', '1h30m0.5s'],
      ['duration', '-1.5h'],
      ['duration', '2 days'],
      ['byte', 'aGk='],
      ['ipv4', '1.2.3.4'],
      ['ipv6', '::1'],
      ['cidr', '10.0.0.0/8'],
      ['uuid', '00000000-0000-0000-0000-000000000000'],
      ['no-such-format', 'anything'],
    ] as const
  ).map(([format, value]) => [{ type: 'string', format } as const, value] as const),
];

test.each(rows.map((row) => ({ schema: row[0], value: row[1], errors: row.slice(2) })))(
  '$schema on $value',
  (row) => {
    expect(errorsOf(row.schema, row.value)).toEqual(row.errors);
  },
);
