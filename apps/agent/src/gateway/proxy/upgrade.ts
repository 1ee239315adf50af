import { STATUS_CODES } from 'node:http';
import { pipeline, type Duplex } from 'node:stream';
import type { Exchange } from '../exchange/exchange.ts';
import type { HeaderList } from '../http/header-list.ts';
import { applyResponseHooks, newHead } from '../exchange/respond.ts';

interface Switched {
  readonly status: number;
  readonly headers: HeaderList;
  readonly socket: Duplex;
}

const LINGER_MS = 5000;

/** After 101: hands the client its answer and lets the two connections talk, each as fast as the other reads. */
export function joinSockets(exchange: Exchange, upstream: Switched): void {
  const client = exchange.upgrade?.socket;
  if (client === undefined || exchange.isClosed) {
    upstream.socket.destroy();
    return;
  }
  const head = newHead(upstream.status, upstream.headers, false);
  applyResponseHooks(exchange, head)?.catch(() => undefined);
  const { res } = exchange;
  res.statusCode = upstream.status;
  exchange.isSwitched = true;
  client.write(rawHead(upstream.status, head.headers));
  const rest = exchange.upgrade?.head;
  if (rest !== undefined && rest.length > 0) upstream.socket.write(rest);
  let open = 2;
  let linger: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(linger);
    client.destroy();
    upstream.socket.destroy();
    exchange.onSwitchedEnd?.();
  };
  const onEnd = (): void => {
    open -= 1;
    // Once one side is done, the other gets time to say its last words, not for ever.
    if (open === 0) end();
    else linger = setTimeout(end, LINGER_MS).unref();
  };
  upstream.socket.on('data', (chunk: Buffer) => void (exchange.bytesOut += chunk.length));
  client.on('data', (chunk: Buffer) => void (exchange.bytesIn += chunk.length));
  pipeline(upstream.socket, client, onEnd);
  pipeline(client, upstream.socket, onEnd);
}

function rawHead(status: number, headers: HeaderList): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${text}\r\n`;
}
