import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { brokerFlags } from './broker/config.ts';
import { HelpRequested, readFlags } from './command-line.ts';
import { platformFlags } from './config.ts';
import { Refusal } from './refusal.ts';

const schema = z.object({ port: z.coerce.number().default(1).meta({ value: 'N', description: 'where' }) });

it('reads flags, or says what is wrong and where to look', () => {
  expect(readFlags(schema, ['--port', '2'])).toEqual({ port: 2 });
  expect(() => readFlags(schema, ['--prot', '2'])).toThrow(
    new Refusal("Unknown option '--prot'", 'Add --help for the options.'),
  );
});

it.each(['--help', '-h'])('answers %s with what there is', (flag) => {
  expect(() => readFlags(schema, ['--port', 'x', flag])).toThrow(new HelpRequested('  --port N  where (1)'));
});

it.each([
  ['platform', platformFlags],
  ['brokers', brokerFlags],
])('documents every flag on the page %s', async (name, flags) => {
  const page = await readFile(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
  for (const flag of Object.keys(flags.shape)) expect(page).toContain(`\`--${flag}\``);
});
