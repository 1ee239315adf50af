import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { Generator } from './registry.ts';

const CHARTS = ['apps/agent/chart', 'apps/platform/chart'];

interface ValueSchema {
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, ValueSchema>> | undefined;
}
const valueSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), valueSchema).optional(),
  }),
);

/** The table of values in the README of each chart, from its values.schema.json and values.yaml. */
export const generateChartReference: Generator = async (root) => {
  const files = new Map<string, string>();
  for (const chart of CHARTS) {
    const read = (file: string) => readFile(join(root, chart, file), 'utf8');
    const schema = valueSchema.parse(JSON.parse(await read('values.schema.json')));
    const values: unknown = load(await read('values.yaml'));
    const readme = await read('README.md');
    const [before = ''] = readme.split(/^## Values$/m);
    const table = [
      '## Values',
      '',
      '| value | default | meaning |',
      '|---|---|---|',
      ...rows(schema, values),
    ];
    files.set(`${chart}/README.md`, `${before.trimEnd()}\n\n${table.join('\n')}\n`);
  }
  return files;
};

function rows(schema: ValueSchema, values: unknown, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const given = z.record(z.string(), z.unknown()).safeParse(values).data?.[name];
    if (value.properties) return rows(value, given, at);
    const choices = value.enum
      ? ` One of ${value.enum.map((one) => `\`${one === '' ? '""' : String(one)}\``).join(', ')}.`
      : '';
    return `| \`${at}\` | \`${JSON.stringify(given)}\` | ${value.description ?? ''}${choices} |`;
  });
}
