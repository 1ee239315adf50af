#!/usr/bin/env node
// The `portolan` command. Plain JavaScript for any Node, because what it starts may need a newer one.
import { onNewEnoughNode } from '@portolan/process/node.js';

// chalk reads FORCE_COLOR and not NO_COLOR, and React chooses its build when it is first imported.
process.env.NODE_ENV ??= 'production';
if (process.env.NO_COLOR || process.env.TERM === 'dumb') process.env.FORCE_COLOR = '0';

await onNewEnoughNode(run);

async function run() {
  const { importProgram } = await import('@portolan/bundles/run-program.js');
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'up') {
    const { ROOT } = await import('@portolan/bundles/programs.js');
    const { up } = await importProgram('portolan', 'portolan-up');
    process.exitCode = await up(rest, ROOT);
    return;
  }
  const { main } = await importProgram('portolan', 'portolan');
  process.exitCode = await main(process.argv.slice(2));
}
