import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Generation } from '@portolan/resources/kinds/registry';
import {
  answerSchema,
  crdVerdictSchema,
  evaluationSchema,
  type Answer,
  type CrdVerdict,
  type Evaluation,
} from './answer.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SOURCE = join(ROOT, 'test/interop/apiserver');
const CRDS = join(ROOT, 'shared/resources/src/crds');
const BINARY = join(SOURCE, 'dist/apiserver');

/** Why Kubernetes' own code cannot run here; undefined if it can. */
export function missingGo(): string | undefined {
  const { error, stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  return error ? 'no Go toolchain in PATH' : stdout.startsWith('go version') ? undefined : stdout;
}

/** Builds Kubernetes' API server code: minutes the first time, then nothing. */
export async function buildApiServer(): Promise<void> {
  await promisify(execFile)('go', ['build', '-o', BINARY, '.'], { cwd: SOURCE });
}

export interface Answers {
  readonly crds: readonly CrdVerdict[];
  readonly objects: readonly Answer[];
}

/** What Kubernetes says of a generation's CRDs and of objects of them. */
export async function askApiServer(generation: Generation, objects: readonly unknown[]): Promise<Answers> {
  const [crds, answers] = await ask(['objects', join(CRDS, generation)], objects);
  return {
    crds: crds.map((line) => crdVerdictSchema.parse(JSON.parse(line))),
    objects: answers.map((line) => answerSchema.parse(JSON.parse(line))),
  };
}

/** What expressions are worth in the environment of CRDs' rules. */
export async function evaluateExpressions(expressions: readonly string[]): Promise<readonly Evaluation[]> {
  const [, answers] = await ask(['expressions'], expressions);
  return answers.map((line) => evaluationSchema.parse(JSON.parse(line)));
}

/** Lines before and after the empty one. */
async function ask(
  args: readonly string[],
  inputs: readonly unknown[],
): Promise<readonly [head: readonly string[], answers: readonly string[]]> {
  const child = spawn(BINARY, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  child.stdin.end(inputs.map((input) => `${JSON.stringify(input)}\n`).join(''));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`Kubernetes' code ended with ${code} after ${lines.length} lines.`);
  const end = lines.indexOf('');
  return [lines.slice(0, end), lines.slice(end + 1)];
}

/** Version of k8s.io/apiextensions-apiserver that answers. */
export async function kubernetesVersion(): Promise<string> {
  const text = await readFile(join(SOURCE, 'go.mod'), 'utf8');
  const [, version] = /k8s\.io\/apiextensions-apiserver (v\S+)/.exec(text) ?? [];
  if (version === undefined) throw new Error('go.mod of the API server names no version of Kubernetes.');
  return version;
}
