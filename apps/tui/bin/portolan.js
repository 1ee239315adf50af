#!/usr/bin/env node
// The `portolan` command. Plain JavaScript for any Node, because what it starts may need a newer one.
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onNewEnoughNode } from '@portolan/process/node.js';
import { upToDateBundle } from './bundle.js';

const app = dirname(dirname(fileURLToPath(import.meta.url)));

// chalk reads FORCE_COLOR and not NO_COLOR, and React chooses its build when it is first imported.
process.env.NODE_ENV ??= 'production';
if (process.env.NO_COLOR || process.env.TERM === 'dumb') process.env.FORCE_COLOR = '0';

await onNewEnoughNode(run);

async function run() {
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'up') {
    const { up } = await import(pathToFileURL(join(app, 'src/up/up.ts')).href);
    process.exitCode = await up(rest);
    return;
  }
  module.enableCompileCache(join(app, 'dist/cache'));
  const { main } = await import(pathToFileURL(await upToDateBundle()).href);
  process.exitCode = await main(process.argv.slice(2));
}
