import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { AddressSet, addressPicker } from '../http/addresses.ts';
import { emptyReply } from '../http/reply.ts';
import type { Stage } from '../stage.ts';

export function ipAllowListStage(spec: Extract<MiddlewareSpec, { kind: 'ipAllowList' }>): Stage {
  const allowed = new AddressSet(spec.sourceRange);
  const addressOf = addressPicker(spec.ip);
  const refusal = emptyReply(spec.rejectStatusCode);
  return {
    onRequest(exchange) {
      const address = addressOf(exchange);
      return address !== null && allowed.has(address) ? undefined : refusal;
    },
  };
}
