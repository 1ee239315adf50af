import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Bench } from '../bench.ts';

const program = fileURLToPath(
  new URL('../../../../apps/agent/src/portal/testing/bench-process.ts', import.meta.url),
);
const figures = z.record(z.string(), z.number());

/**
 * A portal of 500 APIs with 20 operations each, and one document of 10 MB: how long it takes to compile, to the first byte of the catalogue
 * and of an operation, and to search; what script the pages load.
 */
export const run: Bench['run'] = async ({ log }) => {
  log('portal: 501 APIs, 11,000 operations');
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [message] = (await once(child, 'message')) as [unknown];
  const rounded = Object.entries(figures.parse(message)).map(([name, value]) => [
    name,
    Math.round(value * 10) / 10,
  ]);
  return Object.fromEntries(rounded) as Record<string, number>;
};
