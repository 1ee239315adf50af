import { expect, test } from 'vitest';
import type { Schema } from '../crds/custom-resource-definition.ts';
import { checkRules } from './rules.ts';

function errorsOf(value: unknown, schema: Schema): readonly string[] {
  return checkRules(value, schema, []).map(({ field, message }) => `${field}: ${message}`);
}

const ruled: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        count: { type: 'integer' },
        names: { type: 'object', additionalProperties: { type: 'string' } },
      },
      'x-kubernetes-validations': [{ rule: 'self.count > 3', message: 'too few' }],
    },
  },
};

test('reports a broken rule of an object without its value', () => {
  expect(errorsOf({ spec: { count: 1 } }, ruled)).toEqual(['spec: Invalid value: too few']);
  expect(errorsOf({ spec: { count: 4 } }, ruled)).toEqual([]);
});

test('a rule that cannot be evaluated is an error that names it', () => {
  expect(errorsOf({ spec: {} }, ruled)).toEqual([
    'spec: Invalid value: "object": No such key: count evaluating rule: too few',
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
  expect(errorsOf({ spec: null }, ruled)).toEqual([]);
});
