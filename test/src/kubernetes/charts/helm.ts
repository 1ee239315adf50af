import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { goBinary } from '../../interop/go-binary.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');

export const HELM_VERSIONS = ['helm', 'helm4'] as const;
export type HelmVersion = (typeof HELM_VERSIONS)[number];

/** A rendered object, as far as every object goes. */
const rendered = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Rendered = z.output<typeof rendered>;

/** Returns the folder of an app's chart. */
export function chartOf(app: 'agent' | 'platform'): string {
  return join(REPOSITORY, 'apps', app, 'chart');
}

/** Runs Helm and returns what it prints. @throws Error with what it printed to stderr. */
export async function helm(
  version: HelmVersion,
  args: readonly string[],
  kubeconfig?: string,
): Promise<string> {
  const child = spawn(await goBinary(version), args, {
    env: { ...process.env, ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) },
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${String(code)}: ${errors}${output}`);
  return output;
}

/** Returns flags that set values. */
export function set(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [
    '--set-json',
    `${name}=${JSON.stringify(value)}`,
  ]);
}

/** Renders a chart for a release in the namespace `portolan`. */
export async function render(
  version: HelmVersion,
  app: 'agent' | 'platform',
  values: Readonly<Record<string, unknown>>,
  release = 'portolan',
): Promise<Rendered[]> {
  const output = await helm(version, ['template', release, chartOf(app), '-n', 'portolan', ...set(values)]);
  return parseYaml(output).map((document) => rendered.parse(document));
}

/** Parses YAML documents, without empty ones. */
export function parseYaml(documents: string): unknown[] {
  return loadAll(documents).filter((document) => document !== null && document !== undefined);
}
