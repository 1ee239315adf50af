import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { readBody } from '../exchange/read-body.ts';
import { textReply, type Reply } from '../http/reply.ts';
import type { Stage } from '../stage.ts';

const TOO_LARGE: Reply = textReply(413, 'Request Entity Too Large');

/** Reads a request whole before forwarding it, and holds a response back until it is whole; both within limits, where set. */
export function bufferingStage(spec: Extract<MiddlewareSpec, { kind: 'buffering' }>): Stage {
  return {
    onRequest(exchange) {
      if (spec.maxResponseBodyBytes > 0) exchange.responseBytesMax = spec.maxResponseBodyBytes;
      if (spec.maxRequestBodyBytes <= 0 || !exchange.hasBody || exchange.upgrade !== null) return undefined;
      if (Number(exchange.header('content-length') ?? 0) > spec.maxRequestBodyBytes) return TOO_LARGE;
      return readBody(exchange, spec.maxRequestBodyBytes).then((body) =>
        body === null ? TOO_LARGE : undefined,
      );
    },
  };
}
