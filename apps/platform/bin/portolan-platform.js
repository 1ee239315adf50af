#!/usr/bin/env node
import { onNewEnoughNode } from '@portolan/process/node.js';

await onNewEnoughNode(() => import('../src/main.ts'));
