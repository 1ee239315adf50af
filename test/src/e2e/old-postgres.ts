import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const SHOW_VERSION = 'Q';

/** Answers as a PostgreSQL of the given version would, as far as being asked for it (protocol 3.0, "Message Formats"). */
export async function startOldPostgres(version: number): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => serve(socket, String(version)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://owner:secret@127.0.0.1:${port}/airline`, server };
}

function serve(socket: Socket, version: string): void {
  let isStarted = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (!isStarted) {
      isStarted = true;
      socket.write(Buffer.concat([message('R', int32(0)), ready()]));
    } else if (chunk.toString('latin1', 0, 1) === SHOW_VERSION) {
      const column = [
        cString('server_version_num'),
        int32(0),
        int16(0),
        int32(25),
        int16(-1),
        int32(-1),
        int16(0),
      ];
      const row = [int16(1), int32(version.length), Buffer.from(version)];
      socket.write(
        Buffer.concat([
          message('T', int16(1), ...column),
          message('D', ...row),
          message('C', cString('SHOW')),
          ready(),
        ]),
      );
    } else socket.end();
  });
}

function ready(): Buffer {
  return message('Z', Buffer.from('I'));
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}
