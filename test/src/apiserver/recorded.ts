import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listKinds, type Generation } from '@portolan/resources/kinds/registry';
import * as z from 'zod';
import { answerSchema, crdVerdictSchema, evaluationSchema } from './answer.ts';

const FOLDER = join(import.meta.dirname, '../../interop/apiserver/answers');

const contextSchema = z.object({
  kubernetes: z.string(),
  schemas: z.record(z.string(), z.string()),
  crds: z.record(z.string(), z.array(crdVerdictSchema)),
});
const objectsSchema = z.array(z.object({ object: z.unknown(), answer: answerSchema }));
const expressionsSchema = z.array(z.object({ expression: z.string(), evaluation: evaluationSchema }));

export type RecordedContext = z.infer<typeof contextSchema>;
export type RecordedObjects = z.infer<typeof objectsSchema>;
export type RecordedExpressions = z.infer<typeof expressionsSchema>;

/** Which Kubernetes answered about which schemas, and what it said of the CRDs themselves. */
export async function readContext(): Promise<RecordedContext> {
  return contextSchema.parse(JSON.parse(await readFile(join(FOLDER, 'crds.json'), 'utf8')));
}

export async function writeContext(context: RecordedContext): Promise<void> {
  await writeFile(join(FOLDER, 'crds.json'), `${JSON.stringify(context, null, 2)}\n`);
}

/** Objects of a generation, and what Kubernetes answered. */
export async function readObjects(generation: Generation): Promise<RecordedObjects> {
  return objectsSchema.parse(await readLines(`${generation}.jsonl`));
}

export async function writeObjects(generation: Generation, objects: RecordedObjects): Promise<void> {
  await writeLines(`${generation}.jsonl`, objects);
}

/** CEL expressions, and what they were worth to Kubernetes. */
export async function readExpressions(): Promise<RecordedExpressions> {
  return expressionsSchema.parse(await readLines('expressions.jsonl'));
}

export async function writeExpressions(expressions: RecordedExpressions): Promise<void> {
  await writeLines('expressions.jsonl', expressions);
}

/** A fingerprint of all that decides about objects of a generation, which is all but descriptions. */
export function schemaDigest(generation: Generation): string {
  const schemas = listKinds(generation).flatMap(({ crd }) => crd?.spec ?? []);
  const text = JSON.stringify(schemas, (key, value: unknown) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

async function readLines(name: string): Promise<readonly unknown[]> {
  const text = await readFile(join(FOLDER, name), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

async function writeLines(name: string, values: readonly unknown[]): Promise<void> {
  await writeFile(join(FOLDER, name), values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}
