import { edgeAnswer } from './answers.ts';
import { createEdge, type Edge, type EdgeOptions } from './edge.ts';
import { HttpConnection } from './http-connection.ts';

/** Returns the public listener for plain HTTP, which does not listen yet. */
export function createHttpEdge(options: EdgeOptions): Edge {
  return createEdge<HttpConnection>(options, {
    refusal: { code: 503, bytes: edgeAnswer(503, 'Too many connections.', ['Retry-After: 1']) },
    connect: (socket, connectionOptions) => new HttpConnection(socket, connectionOptions),
    drain: (open) => {
      for (const connection of open) connection.drain();
    },
  });
}
