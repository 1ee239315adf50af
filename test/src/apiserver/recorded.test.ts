import { compileExpression } from '@portolan/resources/validate/cel/compile-expression';
import { describe, expect, test } from 'vitest';
import { kubernetesVersion } from './api-server.ts';
import { differences } from './compare.ts';
import { evaluationDifference } from './compare-values.ts';
import { readContext, readExpressions, readObjects, schemaDigest } from './recorded.ts';

const context = await readContext();
const expressions = await readExpressions();

test('the answers are those of the Kubernetes that go.mod names; otherwise run: npm run record:apiserver', async () => {
  expect(context.kubernetes).toBe(await kubernetesVersion());
});

describe.each(['v2', 'v3'] as const)('generation %s', async (generation) => {
  const objects = await readObjects(generation);

  test('has the schemas the answers are about; otherwise run: npm run record:apiserver', () => {
    expect(schemaDigest(generation)).toBe(context.schemas[generation]);
  });

  test('has CRDs that Kubernetes takes without an error or a warning', () => {
    const faults = context.crds[generation]?.filter(
      ({ errors, warnings }) => errors.length + warnings.length > 0,
    );
    expect(faults).toEqual([]);
  });

  test(`is validated as Kubernetes validated it, in ${objects.length} objects`, () => {
    const found = objects.flatMap(({ object, answer }) =>
      differences(object, answer, generation).map((text) => `${text}\n  in ${JSON.stringify(object)}`),
    );
    expect(found).toEqual([]);
  });

  test('is shown in all ways an object can be answered', () => {
    const valid = objects.filter(({ answer }) => answer.refused === undefined && answer.errors.length === 0);
    const refused = objects.filter(({ answer }) => answer.refused !== undefined);
    expect(valid.length).toBeGreaterThan(80);
    expect(refused.length).toBeGreaterThan(5);
    expect(objects.length - valid.length).toBeGreaterThan(300);
  });
});

test.each(expressions)('$expression', ({ expression, evaluation }) => {
  expect(evaluationDifference(() => compileExpression(expression)({}), evaluation)).toBeNull();
});
