import type { ApiRateLimit } from '../../../generated/v3/api-rate-limit.ts';
import { defineKind } from '../../define-kind.ts';
import { warnOfLimit } from '../rate-limit.ts';
import { keysIn, warnOfMissing } from '../managed-keys.ts';

/** Deprecated in favour of APIPlan, and served all the same. */
export const apiRateLimitKind = defineKind<ApiRateLimit>({
  type: 'APIRateLimit.hub.traefik.io',
  relate: ({ metadata: { namespace = '' } }, { spec }) => [
    {
      relation: 'limit-api',
      selection: { selector: spec.apiSelector, keys: keysIn('API', namespace, spec.apis), namespace },
    },
  ],
  compile({ object, spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', keysIn('API', reader.self.namespace, spec.apis));
    const hasCallers = spec.everyone === true || (spec.groups ?? []).length > 0;
    warnOfLimit(reader, object, { hasCallers, everyone: 'everyone' });
    return {};
  },
});
