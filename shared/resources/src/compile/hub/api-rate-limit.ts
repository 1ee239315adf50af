import type { ApiRateLimit } from '../../generated/v2/api-rate-limit.ts';
import type { Limit } from '../../model/model.ts';
import { parseDurationNanos } from '../../validate/go-duration.ts';
import { type GoodObject, refOf } from '../reader.ts';
import { defineKind } from '../unit.ts';
import { apiKeys } from './keys.ts';
import { parseValid } from '../parse-valid.ts';
import { warnOfMissing } from './references.ts';

const DEFAULT_PERIOD_MS = 1000;

export const apiRateLimitKind = defineKind<ApiRateLimit>({
  type: 'APIRateLimit.hub.traefik.io',
  parse: (object) => parseValid<ApiRateLimit>(object),
  relate: (_, { spec }) => [
    { relation: 'limit-api', selection: { selector: spec.apiSelector, keys: apiKeys(spec.apis) } },
  ],
  compile({ spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', apiKeys(spec.apis));
    if (spec.anyGroups !== true && (spec.groups ?? []).length === 0) {
      const message = 'names no group, so it limits nobody';
      reader.warn('no-effect', 'spec.groups', {
        message,
        fix: 'list groups, or set anyGroups: true for every signed-in user',
      });
    }
    return {};
  },
});

/** The limit an object sets. */
export function limitOf({ object, spec: { spec } }: GoodObject<ApiRateLimit>): Limit {
  const nanos = spec.period === undefined ? null : parseDurationNanos(spec.period);
  return {
    source: refOf(object),
    groups: spec.anyGroups === true ? 'any' : (spec.groups ?? []),
    limit: spec.limit,
    periodMs: nanos === null || nanos <= 0n ? DEFAULT_PERIOD_MS : Number(nanos) / 1e6,
    strategy: spec.strategy ?? 'local',
  };
}
