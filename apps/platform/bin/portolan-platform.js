#!/usr/bin/env node
import { onNewEnoughNode } from '@portolan/process/node.js';

await onNewEnoughNode(async () => {
  const { importProgram } = await import('@portolan/bundles/run-program.js');
  await importProgram('platform', 'portolan-platform');
});
