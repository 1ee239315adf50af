import { expect, test } from 'vitest';
import type { Schema } from '../crds/custom-resource-definition.ts';
import type { RatedError } from './field-error.ts';
import { checkStructure } from './structural.ts';

function errorsOf(schema: Schema, value: unknown): readonly string[] {
  const found: RatedError[] = [];
  checkStructure(value, schema, 'spec.x', found);
  return found.map(({ field, message }) => `${field}: ${message}`);
}

function wrongFormat(format: string, value: string): readonly [Schema, unknown, ...string[]] {
  const error = `spec.x: Invalid value: "${value}": spec.x in body must be of type ${format}: "${value}"`;
  return [{ type: 'string', format }, value, error];
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
    { type: 'array', minItems: 1 },
    [],
    'spec.x: Invalid value: 0: spec.x in body should have at least 1 items',
  ],
  [{ type: 'array', maxItems: 1 }, [1, 2], 'spec.x: Too many: 2: must have at most 1 item'],
  [
    { type: 'object', minProperties: 1 },
    {},
    'spec.x: Invalid value: 0: spec.x in body should have at least 1 properties',
  ],
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
  [
    { type: 'string', enum: ['a'] },
    7,
    'spec.x: Invalid value: "integer": spec.x in body must be of type string: "integer"',
    'spec.x: Unsupported value: 7: supported values: "a"',
  ],
  [
    { type: 'integer', format: 'int64' },
    0.5,
    'spec.x: Invalid value: "float64": spec.x in body must be of type int64: "float64"',
  ],
  [
    { type: 'integer', format: 'int32' },
    2 ** 31,
    'spec.x: Invalid value: "": Checked value must be of type integer with format int32 in spec.x',
  ],
  [
    { type: 'integer' },
    1e21,
    'spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"',
  ],
  ...['2024-02-30T00:00:00Z', '2024-02-28T00:00:00', '2024-1-1T00:00:00Z', 'now', '2024-02-28T24:00:00Z'].map(
    (value) => wrongFormat('date-time', value),
  ),
  ...['1 fortnight', '5', '', '9223372036854775808s'].map((value) => wrongFormat('duration', value)),
  ...(
    [
      ['date-time', '2024-02-28T00:00:00.5+01:00'],
      ['date-time', '2024-02-29t23:59:59z'],
      ['duration', '1h30m0.5s'],
      ['duration', '-1.5h'],
      ['duration', '2 days'],
      ['duration', '1 hour 2 minutes'],
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
