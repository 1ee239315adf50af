#!/usr/bin/env node
import { onNewEnoughNode } from '@portolan/launch/node.js';

await onNewEnoughNode(() => import('../src/main.ts'));
