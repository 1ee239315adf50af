import type { SourceCriterion } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';
import { addressPicker } from '../http/addresses.ts';

/** Reads whom a request is counted for. */
export function sourceReader(criterion: SourceCriterion): (exchange: Exchange) => string {
  switch (criterion.kind) {
    case 'ip': {
      const addressOf = addressPicker(criterion.ip);
      return (exchange) => addressOf(exchange) ?? '';
    }
    case 'header':
      return (exchange) => exchange.header(criterion.name) ?? '';
    case 'host':
      return (exchange) => exchange.host.toLowerCase();
  }
}
