import type { Portal } from '@portolan/resources/model/portal';
import type { Exchange } from './exchange/exchange.ts';
import type { Reply } from './http/reply.ts';

/** Responds to the requests of routes that lead to a portal. */
export interface PortalServer {
  serve(exchange: Exchange, portal: Portal): Promise<Reply>;
}
