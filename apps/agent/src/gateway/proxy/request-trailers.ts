import type { Exchange } from '../exchange.ts';
import type { HeaderList } from '../http/header-list.ts';

/** RFC 9110 §6.5.1: fields about framing, routing, access or the content itself mean nothing, or harm, after it. */
const NEVER_TRAILERS =
  /^(?:content-|transfer-encoding$|te$|trailer$|host$|connection$|upgrade$|expect$|cookie|set-cookie|authorization$|proxy-|x-forwarded-|x-real-ip$|forwarded$)/;

/**
 * What will follow the body of a request that has announced trailers; says so to the upstream in `headers`. Trailers that come unannounced are dropped,
 * as the RFC allows.
 */
export function announcedTrailers(
  { req, headerEdits }: Exchange,
  headers: HeaderList,
): (() => HeaderList) | null {
  const announced = req.headers.trailer;
  if (announced === undefined) return null;
  headers.push('Trailer', announced);
  return () => {
    const passed: HeaderList = [];
    for (let i = 0; i < req.rawTrailers.length; i += 2) {
      const name = (req.rawTrailers[i] ?? '').toLowerCase();
      if (name.startsWith(':') || NEVER_TRAILERS.test(name) || headerEdits?.has(name) === true) continue;
      passed.push(req.rawTrailers[i] ?? '', req.rawTrailers[i + 1] ?? '');
    }
    return passed;
  };
}
