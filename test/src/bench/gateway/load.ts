/** Asks for one page again and again on plain sockets, so that the load costs far less than what it measures. */
import { connect } from 'node:net';

interface Burst {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly ms: number;
}

interface Count {
  requests: number;
  errors: number;
}

function runBurst({ port, path, headers, connections, ms }: Burst): Promise<Count> {
  const count: Count = { requests: 0, errors: 0 };
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: bench.example.com\r\nAccept: */*\r\nUser-Agent: bench\r\n${fields.join('')}\r\n`,
  );
  const until = performance.now() + ms;
  return new Promise((resolve) => {
    let open = connections;
    for (let i = 0; i < connections; i++) {
      keepAsking(port, { request, until, count }, () => {
        open -= 1;
        if (open === 0) resolve(count);
      });
    }
  });
}

function keepAsking(
  port: number,
  work: { request: Buffer; until: number; count: Count },
  done: () => void,
): void {
  const socket = connect(port, '127.0.0.1', () => socket.write(work.request));
  socket.setNoDelay(true);
  let received = '';
  let wanted = -1;
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (wanted === -1) {
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      wanted = end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1] ?? Number.NaN);
    }
    if (!(received.length >= wanted)) return;
    if (received.startsWith('HTTP/1.1 200 ')) work.count.requests += 1;
    else work.count.errors += 1;
    received = '';
    wanted = -1;
    if (performance.now() < work.until) socket.write(work.request);
    else socket.end();
  });
  socket.on('error', () => void (work.count.errors += 1));
  socket.on('close', done);
}

process.send?.({ ready: true, port: 0 });
process.on('message', (message) => void runBurst(message as Burst).then((count) => process.send?.(count)));
process.once('disconnect', () => process.exit(0));
