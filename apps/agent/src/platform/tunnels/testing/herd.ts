import { pino } from 'pino';
import { z } from 'zod';
import { createPrivateKey } from 'node:crypto';
import { tunnelEndpoint } from '@portolan/contract/agent';
import { signTicket } from '@portolan/process/agent-ticket';
import { TunnelManager } from '../manager.ts';

/** Many agents' tunnels in one process, told over IPC whose they are; says every second how many are live. */
const order = z.array(
  z.object({ credentialId: z.string(), privateKey: z.string(), tunnels: z.array(tunnelEndpoint) }),
);

const logger = pino({ level: 'silent' });
const managers: TunnelManager[] = [];

process.on('message', (message) => {
  for (const { credentialId, privateKey, tunnels } of order.parse(message)) {
    const manager = new TunnelManager({
      ticket: (tunnelId) => signTicket(credentialId, createPrivateKey(privateKey), { tunnelId }),
      secure: async (stream) => stream,
      logger,
      proxy: false,
      onEdge: (stream) => {
        stream.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        stream.resume();
      },
    });
    manager.reconcile(tunnels);
    managers.push(manager);
  }
});
process.on('disconnect', () => process.exit(0));
setInterval(() => {
  const live = managers.reduce((sum, manager) => sum + manager.live, 0);
  process.send?.({ event: 'live', live, agents: managers.filter(({ isReady }) => isReady).length });
}, 250);
process.send?.({ event: 'ready' });
