import type { SourceCriterion } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange.ts';
import { addressAtDepth } from '../http/client-address.ts';

/** Whom a request is counted for. */
export function sourceOf(exchange: Exchange, criterion: SourceCriterion): string {
  switch (criterion.kind) {
    case 'ip':
      return (
        addressAtDepth(exchange.header('x-forwarded-for'), exchange.client.address, criterion.depth) ?? ''
      );
    case 'header':
      return exchange.header(criterion.name) ?? '';
    case 'host':
      return exchange.host.toLowerCase();
  }
}
