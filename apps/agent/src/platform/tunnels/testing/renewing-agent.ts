import { createServer } from 'node:http';
import { tunnelEndpoint } from '@portolan/contract/agent';
import { pino } from 'pino';
import { z } from 'zod';
import { TunnelManager } from '../manager.ts';

/**
 * An agent whose sessions ask for a successor after few streams, and which answers each request with its number. Told
 * over IPC where to dial; says over IPC how often it came up.
 */
const order = z.object({ ticket: z.string(), rotateAtId: z.int(), tunnels: z.array(tunnelEndpoint) });

const served = createServer((request, answer) => {
  request.resume().on('end', () => answer.end(request.headers['x-number']));
});

process.once('message', (message) => {
  const { ticket, rotateAtId, tunnels } = order.parse(message);
  let ups = 0;
  const manager = new TunnelManager({
    ticket: () => ticket,
    secure: async (stream) => stream,
    logger: pino({ level: 'silent' }),
    proxy: false,
    session: { rotateAtId },
    onEdge: (stream) => served.emit('connection', stream),
    onUp: () => process.send?.({ event: 'up', ups: (ups += 1) }),
  });
  manager.reconcile(tunnels);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ event: 'ready' });
