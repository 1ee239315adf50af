import type { Server } from 'node:http';

/** Says where a server listens, then answers every message with what the process has used. */
export function reportUsage(server: Server): void {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  process.send?.({ ready: true, port });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
  });
  process.once('disconnect', () => process.exit(0));
}
