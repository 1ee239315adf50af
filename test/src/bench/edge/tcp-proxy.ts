import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** The plain Node TCP proxy that the edge is measured against; its target is the argument. */
const target = Number(process.argv[2]);
const server = createServer((near) => {
  const far = connect(target, '127.0.0.1');
  near.pipe(far);
  far.pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
process.send?.({ event: 'ready', port: (server.address() as AddressInfo).port });
