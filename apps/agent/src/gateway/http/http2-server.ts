import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import { guardListener } from '@portolan/process/guard-listener';
import { REPEATED_FIELDS } from './fields.ts';
import type { GatewayLimits } from './limits.ts';

const STREAMS_MAX = 256;

interface Http2Events {
  onSession(session: Http2Session): void;
  /** A listener failed; the session must end. */
  onFault(error: unknown, session: Http2Session | undefined): void;
  onRequest(req: Http2ServerRequest, res: Http2ServerResponse): void;
  /** A request whose client waits for 100 (Continue). */
  onExpectation(req: Http2ServerRequest, res: Http2ServerResponse): void;
}

/** Serves HTTP/2 on the connections it is handed by its event 'connection'. */
export function makeHttp2Server(limits: GatewayLimits, events: Http2Events): Http2Server {
  const server = createServer({
    maxHeaderListPairs: limits.headerCountMax,
    settings: {
      maxConcurrentStreams: STREAMS_MAX,
      maxHeaderListSize: limits.targetBytesMax + limits.headerBytesMax,
    },
    maxSessionMemory: 20,
    ...REPEATED_FIELDS,
    // Rapid reset (CVE-2023-44487): a client may cancel this many streams at once, then this many a second.
    streamResetBurst: 500,
    streamResetRate: 50,
  });
  const watch = (session: Http2Session): void => {
    session.setTimeout(limits.keepAliveTimeoutMs, () => session.close());
    session.on('error', () => session.destroy());
    events.onSession(session);
  };
  const begin = (req: Http2ServerRequest, res: Http2ServerResponse): void => {
    endWhenReset(req);
    events.onRequest(req, res);
  };
  const beginExpecting = (req: Http2ServerRequest, res: Http2ServerResponse): void => {
    endWhenReset(req);
    events.onExpectation(req, res);
  };
  const onFault = (error: unknown, req: Http2ServerRequest): void =>
    events.onFault(error, req.stream.session);
  server.on(
    'session',
    guardListener(watch, (error, session) => events.onFault(error, session)),
  );
  server.on('request', guardListener(begin, onFault));
  server.on('checkContinue', guardListener(beginExpecting, onFault));
  // RFC 9110 §9.3.6: refused like any method that is not allowed; nothing is tunnelled.
  server.on('connect', guardListener(begin, onFault));
  return server;
}

/**
 * Closes the stream of a request that its client resets. Node leaves one that is reset with NO_ERROR open until what was
 * written has been sent, which it never is. Not within the event, which nghttp2 emits while it reads: it would then send
 * empty frames without end.
 */
function endWhenReset({ stream }: Http2ServerRequest): void {
  stream.once('aborted', () => setImmediate(() => stream.destroy()));
}
