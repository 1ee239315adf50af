import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { closeGently } from '@portolan/process/close-gently';
import { guardListener } from '@portolan/process/guard-listener';
import { AppError } from '../app-error.ts';
import type { Platform } from '../platform.ts';
import { requireBroker, requireBrokerId } from '../auth/brokers.ts';

/** Turns brokers' upgrade requests into connections on which agents authenticate themselves, and hands them to `accept`. */
export function serveRelay(
  server: Server,
  { brokerSecret, config, log }: Pick<Platform, 'brokerSecret' | 'config' | 'log'>,
  accept: (connection: Duplex) => void,
): { close(): void } {
  const open = new Set<Duplex>();
  const acceptUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== RELAY_PATH) return refuse(socket, '404 Not Found');
    if (!isOfBroker(request, brokerSecret, config.brokers)) return refuse(socket, '401 Unauthorized');
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${RELAY_PROTOCOL}\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    accept(socket);
  };
  const onUpgrade = guardListener(acceptUpgrade, (error, _request, socket) => {
    log.error({ event: 'relay.failed', error: String(error) });
    socket.destroy();
  });
  server.on('upgrade', onUpgrade);
  return {
    close() {
      server.off('upgrade', onUpgrade);
      for (const socket of open) socket.destroy();
    },
  };
}

function isOfBroker(request: IncomingMessage, secret: string, approved: ReadonlySet<string> | null): boolean {
  if (request.headers.upgrade !== RELAY_PROTOCOL) return false;
  try {
    const broker = requireBroker(request.headers.authorization, secret);
    if (broker.brokerId !== null) requireBrokerId(broker, broker.brokerId, approved);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  closeGently(socket);
}
