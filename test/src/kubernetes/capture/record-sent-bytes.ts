import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import zlib from 'node:zlib';

/** The agent runs from its bundle or from its sources. */
const isAgent = (script = '') => /\/(?:apps\/agent\/src\/main\.ts|portolan-agent\.m?js)$/.test(script);

/**
 * Preloaded into every Node process of a test (`NODE_OPTIONS=--import`): appends to a file all that the agent writes to any socket,
 * inside of TLS too, whose sockets are sockets that write plain text, and all that it compresses.
 */
const file = process.env['PORTOLAN_TEST_SENT_BYTES'];
if (file !== undefined && isAgent(process.argv[1])) {
  const record = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) appendFileSync(file, chunk);
  };
  const { write } = Socket.prototype;
  Socket.prototype.write = function recorded(this: Socket, ...args: Parameters<typeof write>) {
    record(args[0]);
    return write.apply(this, args);
  } as typeof write;
  const { zstdCompress } = zlib;
  zlib.zstdCompress = Object.assign((...args: Parameters<typeof zstdCompress>) => {
    record(args[0]);
    return zstdCompress(...args);
  }, zstdCompress);
  syncBuiltinESMExports();
}
