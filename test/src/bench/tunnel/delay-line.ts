import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP relay that delivers everything half a round trip later: a long path with unlimited bandwidth. */
export async function delayLine(
  toPort: number,
  roundTripMs: number,
): Promise<{ port: number; server: Server }> {
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1');
    relay(near, far, roundTripMs / 2);
    relay(far, near, roundTripMs / 2);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

function relay(from: Socket, to: Socket, delayMs: number): void {
  from.setNoDelay();
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), delayMs));
  from.on('close', () => setTimeout(() => to.destroy(), delayMs));
  from.on('error', () => undefined);
}
