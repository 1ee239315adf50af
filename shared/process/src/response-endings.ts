import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { guardListener } from './guard-listener.ts';

/** What is used of undici's HTTP/1.1 parser. */
interface Parser {
  paused: boolean;
  readonly ptr: unknown;
  readonly llhttp: { llhttp_resume(ptr: unknown): void };
  execute(chunk: Buffer): void;
}

const NOTHING = Buffer.alloc(0);

let isInstalled = false;

/**
 * Mends two ways in which undici, and with it `fetch`, misjudges the end of an HTTP/1.1 response:
 * - A server closes its connection while the response is paused by a slow reader. undici 7, and the Nodes that contain
 *   it, fail an assertion that nobody can catch, or take a whole response for a broken one (nodejs/undici#5360). As
 *   undici 8 does, what has been received is parsed before the end is.
 * - A connection is reset within a body that lasts until its end. undici takes what has come for all of it; it is
 *   incomplete (RFC 9112 §8).
 */
export function mendResponseEndings(): void {
  if (isInstalled) return;
  isInstalled = true;
  subscribe('undici:client:connected', (message) => {
    const socket: unknown = Reflect.get(Object(message), 'socket');
    if (socket instanceof Socket) mend(socket);
  });
}

function mend(socket: Socket): void {
  // Both before undici's own listeners.
  socket.prependListener(
    'end',
    guardListener(
      () => {
        const parser = parserOf(socket);
        if (parser?.paused) parseReceived(parser, socket);
      },
      () => socket.destroy(),
    ),
  );
  socket.prependListener('error', (error: NodeJS.ErrnoException) => {
    // The code by which undici tells an error that it forgives.
    if (error.code === 'ECONNRESET' && parserOf(socket)) error.code = 'ECONNABORTED';
  });
}

/** Pausing is advice: a handler takes what it is given all the same. */
function parseReceived(parser: Parser, socket: Socket): void {
  let chunk: Buffer;
  do {
    parser.llhttp.llhttp_resume(parser.ptr);
    parser.paused = false;
    const read: unknown = socket.read();
    chunk = Buffer.isBuffer(read) ? read : NOTHING;
    parser.execute(chunk);
  } while (parser.paused && chunk.length > 0);
  if (!parser.paused) return;
  parser.llhttp.llhttp_resume(parser.ptr);
  parser.paused = false;
}

function parserOf(socket: Socket): Parser | undefined {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'parser');
  const parser: unknown = key && Reflect.get(socket, key);
  return isParser(parser) ? parser : undefined;
}

function isParser(value: unknown): value is Parser {
  return (
    typeof value === 'object' &&
    value !== null &&
    'paused' in value &&
    'llhttp' in value &&
    'execute' in value
  );
}
