import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../exchange/exchange.ts';
import type { HeaderList } from '../http/header-list.ts';
import { joinConnections } from './join-connections.ts';
import { applyResponseHooks, newHead } from '../exchange/respond.ts';

interface Switched {
  readonly status: number;
  readonly headers: HeaderList;
  readonly socket: Duplex;
}

/** Sends the client the 101 response and joins its connection with the upstream's. */
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
  client.write(rawHead(upstream.status, head.headers), 'latin1');
  const rest = exchange.upgrade?.head;
  if (rest !== undefined && rest.length > 0) upstream.socket.write(rest);
  joinConnections(client, upstream.socket, {
    fromLeft: (bytes) => void (exchange.bytesIn += bytes),
    fromRight: (bytes) => void (exchange.bytesOut += bytes),
    end: () => exchange.onSwitchedEnd?.(),
  });
}

function rawHead(status: number, headers: HeaderList): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${text}\r\n`;
}
