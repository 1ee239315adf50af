import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { AgentIdentity } from '@portolan/contract/agent';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { guardListener } from '@portolan/process/guard-listener';
import { AppError } from '../app-error.ts';
import type { Platform } from '../platform.ts';
import { requireBrokerSecret } from '../auth/brokers.ts';

const relayHeaders = z.object({
  'portolan-cluster': z.string().min(1).max(128),
  'portolan-workspace': z.string().min(1).max(128),
  'portolan-token': z.string().min(1).max(128),
});

export type AcceptRelayed = (connection: Duplex, agent: AgentIdentity) => void;

/** Turns brokers' upgrade requests into agents' HTTP/1.1 connections and hands them to `accept`. */
export function serveRelay(
  server: Server,
  { brokerSecret, log }: Pick<Platform, 'brokerSecret' | 'log'>,
  accept: AcceptRelayed,
): { close(): void } {
  const open = new Set<Duplex>();
  const acceptUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== RELAY_PATH) return refuse(socket, '404 Not Found');
    const agent = identify(request, brokerSecret);
    if (!agent) return refuse(socket, '401 Unauthorized');
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${RELAY_PROTOCOL}\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    accept(socket, agent);
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

function identify(request: IncomingMessage, secret: string): AgentIdentity | null {
  if (request.headers.upgrade !== RELAY_PROTOCOL) return null;
  try {
    requireBrokerSecret(request.headers.authorization, secret);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
  const headers = relayHeaders.safeParse(request.headers).data;
  return headers
    ? {
        clusterId: headers['portolan-cluster'],
        workspace: headers['portolan-workspace'],
        tokenId: headers['portolan-token'],
      }
    : null;
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
