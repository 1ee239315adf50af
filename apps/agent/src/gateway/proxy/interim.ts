import type { Exchange } from '../exchange/exchange.ts';
import { clientResponseHeaders } from './response-head.ts';

/** Passes on what an upstream says before its answer (RFC 9110 §15.2): that the body may come, and hints at what the answer will link to. */
export function informClient(exchange: Exchange, status: number, raw: readonly Buffer[]): void {
  const { req, res } = exchange;
  if (res.headersSent || (req.httpVersionMajor === 1 && req.httpVersionMinor === 0)) return;
  if (status === 100) exchange.continueBody();
  else if (status === 103) sendHints(exchange, raw);
}

function sendHints({ res }: Exchange, raw: readonly Buffer[]): void {
  const links: string[] = [];
  const headers = clientResponseHeaders(raw);
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i]?.toLowerCase() === 'link') links.push(headers[i + 1] ?? '');
  try {
    if (links.length > 0) res.writeEarlyHints({ link: links });
  } catch {
    // Node takes only links of the usual form; a hint is nothing to fail for.
  }
}
