import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { brokerFlags } from './broker/config.ts';
import { platformFlags } from './config.ts';

it.each([
  ['platform', platformFlags],
  ['brokers', brokerFlags],
])('every flag is documented on the page %s', async (name, flags) => {
  const page = await readFile(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
  for (const flag of Object.keys(flags.shape)) expect(page).toContain(`\`--${flag}\``);
});
