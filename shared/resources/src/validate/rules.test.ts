import { expect, test } from 'vitest';
import type { Schema, ValidationRule } from '../crds/custom-resource-definition.ts';
import { checkRules } from './rules.ts';

function errorsOf(value: unknown, schema: Schema): readonly string[] {
  return checkRules(value, schema, []).map(({ field, message }) => `${field}: ${message}`);
}

const ruled = (rule: Partial<ValidationRule>): Schema => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        count: { type: 'integer' },
        names: { type: 'object', additionalProperties: { type: 'string' } },
      },
      'x-kubernetes-validations': [{ rule: 'self.count > 3', ...rule }],
    },
  },
});

test.each([
  [{}, 'spec: Invalid value: "object": failed rule: self.count > 3'],
  [{ message: ' too few ' }, 'spec: Invalid value: "object": too few'],
  [{ messageExpression: "'only ' + string(self.count)" }, 'spec: Invalid value: "object": only 1'],
  [
    { message: 'too few', messageExpression: 'string(self.absent)' },
    'spec: Invalid value: "object": too few',
  ],
  [{ message: 'too few', fieldPath: '.count' }, 'spec.count: Invalid value: "object": too few'],
  [{ message: 'too few', reason: 'FieldValueForbidden' as const }, 'spec: Forbidden: too few'],
  [{ message: 'too few', reason: 'FieldValueRequired' as const }, 'spec: Required value: too few'],
  [{ message: 'too few', reason: 'FieldValueDuplicate' as const }, 'spec: Duplicate value: "object"'],
])('reports a broken rule %j', (rule, error) => {
  expect(errorsOf({ spec: { count: 1 } }, ruled(rule))).toEqual([error]);
  expect(errorsOf({ spec: { count: 4 } }, ruled(rule))).toEqual([]);
});

test('transition rules say nothing about a new object', () => {
  expect(errorsOf({ spec: { count: 1 } }, ruled({ rule: 'self.count == oldSelf.count' }))).toEqual([]);
});

test('a rule that cannot be evaluated is an error that names it', () => {
  expect(errorsOf({ spec: {} }, ruled({}))).toEqual([
    'spec: Invalid value: "object": No such key: count evaluating rule: self.count > 3',
  ]);
});

test('values of maps are ruled too, under their key', () => {
  const value: Schema = {
    type: 'string',
    'x-kubernetes-validations': [{ rule: "self != 'no'", message: 'not no' }],
  };
  const schema: Schema = {
    type: 'object',
    properties: { m: { type: 'object', additionalProperties: value } },
  };
  expect(errorsOf({ m: { a: 'yes', b: 'no' } }, schema)).toEqual(['m[b]: Invalid value: "no": not no']);
});

test('null is not ruled', () => {
  expect(errorsOf({ spec: null }, ruled({}))).toEqual([]);
});
