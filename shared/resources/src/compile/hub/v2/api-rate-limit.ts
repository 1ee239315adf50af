import type { ApiRateLimit } from '../../../generated/v2/api-rate-limit.ts';
import { defineKind } from '../../define-kind.ts';
import { warnOfLimit } from '../rate-limit.ts';
import { apiKeys, warnOfMissing } from '../managed-keys.ts';

export const apiRateLimitKind = defineKind<ApiRateLimit>({
  type: 'APIRateLimit.hub.traefik.io',
  relate: (_, { spec }) => [
    { relation: 'limit-api', selection: { selector: spec.apiSelector, keys: apiKeys(spec.apis) } },
  ],
  compile({ object, spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', apiKeys(spec.apis));
    const hasCallers = spec.anyGroups === true || (spec.groups ?? []).length > 0;
    warnOfLimit(reader, object, { hasCallers, everyone: 'anyGroups' });
    return {};
  },
});
