import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { closeGently } from '@portolan/process/close-gently';
import { guardListener } from '@portolan/process/guard-listener';
import { AppError } from '../app-error.ts';
import type { Platform } from '../platform.ts';
import { requireBroker } from '../auth/brokers.ts';
import { isApprovedBroker, listApprovedIds } from './broker-store.ts';
import { coalesced } from './coalesced.ts';

/** Turns brokers' upgrade requests into connections on which agents authenticate themselves, and hands them to `accept`. */
export function serveRelay(
  server: Server,
  { brokerSecret, changes, db, log }: Pick<Platform, 'brokerSecret' | 'changes' | 'db' | 'log'>,
  accept: (connection: Duplex) => void,
): { close(): void } {
  /** Relayed connections, and the broker of each. */
  const open = new Map<Duplex, string>();
  const acceptUpgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    if (request.url !== RELAY_PATH) return refuse(socket, '404 Not Found');
    const brokerId = brokerOf(request, brokerSecret);
    if (brokerId === null) return refuse(socket, '401 Unauthorized');
    open.set(socket, brokerId);
    socket.on('close', () => open.delete(socket));
    if (!(await isApprovedBroker(db, brokerId))) return refuse(socket, '403 Forbidden');
    if (socket.destroyed) return;
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
  const endRevoked = coalesced(
    async () => {
      const approved = new Set(await listApprovedIds(db));
      for (const [socket, brokerId] of open) if (!approved.has(brokerId)) socket.destroy();
    },
    (error) => log.error({ event: 'relay.not-checked', error: String(error) }),
  );
  const stopListening = changes.onChange('*', ({ change }) => {
    if (change.topic === 'brokers' && open.size > 0) endRevoked();
  });
  return {
    close() {
      server.off('upgrade', onUpgrade);
      stopListening();
      for (const socket of open.keys()) socket.destroy();
    },
  };
}

function brokerOf(request: IncomingMessage, secret: string): string | null {
  if (request.headers.upgrade !== RELAY_PROTOCOL) return null;
  try {
    return requireBroker(request.headers.authorization, secret).brokerId;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  closeGently(socket);
}
