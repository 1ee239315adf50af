import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import type { GatewayLimits } from '../options.ts';
import { expectContinue, type Prepare } from './http1-server.ts';

const STREAMS_MAX = 256;

interface Http2Events {
  onSession(session: Http2Session): void;
  onRequest(req: Http2ServerRequest, res: Http2ServerResponse, prepare?: Prepare): void;
}

/** Serves HTTP/2 on the connections it is handed by its event 'connection'. */
export function makeHttp2Server(limits: GatewayLimits, { onSession, onRequest }: Http2Events): Http2Server {
  const server = createServer({
    maxHeaderListPairs: limits.headerCountMax,
    settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: limits.headerBytesMax },
    maxSessionMemory: 20,
    // Rapid reset (CVE-2023-44487): a client may cancel this many streams at once, then this many a second.
    streamResetBurst: 500,
    streamResetRate: 50,
  });
  server.on('session', (session: Http2Session) => {
    session.setTimeout(limits.keepAliveTimeoutMs, () => session.close());
    session.on('error', () => session.destroy());
    onSession(session);
  });
  server.on('request', (req, res) => onRequest(req, res));
  server.on('checkContinue', (req, res) => onRequest(req, res, expectContinue));
  return server;
}
