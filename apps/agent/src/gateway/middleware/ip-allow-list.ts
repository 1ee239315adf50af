import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { AddressSet, addressAtDepth } from '../http/client-address.ts';
import { emptyReply } from '../http/reply.ts';
import type { Stage } from '../stage.ts';

export function ipAllowListStage(spec: Extract<MiddlewareSpec, { kind: 'ipAllowList' }>): Stage {
  const allowed = new AddressSet(spec.sourceRange);
  const refusal = emptyReply(spec.rejectStatusCode);
  return {
    onRequest(exchange) {
      const address = addressAtDepth(exchange.header('x-forwarded-for'), exchange.client.address, spec.depth);
      return address !== null && allowed.has(address) ? undefined : refusal;
    },
  };
}
