import type { Target } from '@portolan/resources/model/model';
import type { Exchange } from '../exchange/exchange.ts';
import { deleteHeader, type HeaderList } from '../http/header-list.ts';
import { readBody } from '../exchange/read-body.ts';
import type { Stage } from '../exchange/exchange.ts';
import { hostFor, upstreamRequestHeaders } from './request-headers.ts';
import { chooseService, chooseUpstream } from './choose-upstream.ts';

type MirrorTarget = Extract<Target, { kind: 'mirror' }>;

/** Requests with larger bodies, or bodies of unknown size, go to the main target only, whatever is configured. */
const BODY_BYTES_MAX = 1024 * 1024;

/** Sends copies of a share of requests to other targets and ignores the responses. */
export function mirrorStage(target: MirrorTarget): Stage {
  const bytesMax = Math.min(target.bodyBytesMax ?? BODY_BYTES_MAX, BODY_BYTES_MAX);
  const counters = target.mirrors.map(({ target: to, percent }) => ({ to, percent, total: 0, sent: 0 }));
  return {
    onRequest(exchange) {
      if (exchange.upgrade !== null) return undefined;
      const due = counters.filter((counter) => isDue(counter)).map(({ to }) => to);
      if (due.length === 0) return undefined;
      if (!exchange.hasBody || !target.mirrorBody) {
        for (const to of due) sendCopy(exchange, to, null);
        return undefined;
      }
      const length = Number(exchange.header('content-length') ?? Number.NaN);
      if (!(length <= bytesMax)) return undefined;
      return readBody(exchange, bytesMax).then((body) => {
        for (const to of due) sendCopy(exchange, to, body);
        return undefined;
      });
    },
  };
}

/** Spreads the copies evenly instead of drawing lots. */
function isDue(counter: { percent: number; total: number; sent: number }): boolean {
  counter.total += 1;
  if (counter.sent * 100 >= counter.total * counter.percent) return false;
  counter.sent += 1;
  return true;
}

function sendCopy(exchange: Exchange, target: Target, body: Buffer | null): void {
  const service = chooseService(target, exchange, null);
  if ('kind' in service) return;
  const upstream = chooseUpstream(service, exchange, null);
  if (upstream === null) return;
  upstream.dispatch(
    {
      method: exchange.method,
      path: exchange.targetUri,
      headers: copiedHeaders(exchange, { host: hostFor(exchange, service, upstream), body }),
      body,
    },
    {
      onConnect: () => undefined,
      onHeaders: () => true,
      onData: () => true,
      onComplete: () => undefined,
      onError: () => undefined,
    },
  );
}

/** A copy without the body does not announce one. */
function copiedHeaders(exchange: Exchange, copy: { host: string; body: Buffer | null }): HeaderList {
  const headers = upstreamRequestHeaders(exchange, copy.host);
  if (copy.body === null) deleteHeader(headers, 'content-length');
  return headers;
}
