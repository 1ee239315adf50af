import type { ApiRateLimit } from '../../../generated/v2/api-rate-limit.ts';
import type { Limit, StoreFailureMode } from '../../../model/model.ts';
import { parseDurationNanos } from '../../../validate/go-duration.ts';
import { type ValidObject, refOf } from '../../reader.ts';
import { defineKind } from '../../define-kind.ts';
import { apiKeys, warnOfMissing } from '../references.ts';

const DEFAULT_PERIOD_MS = 1000;

/** Says what a distributed limit does while its store is away. */
const ON_STORE_FAILURE = 'portolan.dev/on-store-failure';
const STORE_FAILURE_MODES: ReadonlySet<string> = new Set(['local', 'open', 'closed']);

export const apiRateLimitKind = defineKind<ApiRateLimit>({
  type: 'APIRateLimit.hub.traefik.io',
  relate: (_, { spec }) => [
    { relation: 'limit-api', selection: { selector: spec.apiSelector, keys: apiKeys(spec.apis) } },
  ],
  compile({ object, spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', apiKeys(spec.apis));
    const mode = object.metadata.annotations?.[ON_STORE_FAILURE];
    if (mode !== undefined && !isStoreFailureMode(mode)) {
      reader.warn('annotation-invalid', `metadata.annotations[${ON_STORE_FAILURE}]`, {
        message: `Unsupported value: "${mode}": the limit does what --redis-failure of the agent says`,
        fix: 'write local (count per agent), open (let pass) or closed (refuse)',
      });
    }
    if (spec.anyGroups !== true && (spec.groups ?? []).length === 0) {
      const message = 'names no group, so it limits no one';
      reader.warn('no-effect', 'spec.groups', {
        message,
        fix: 'list groups, or set anyGroups: true for every signed-in user',
      });
    }
    return {};
  },
});

/** The limit an object sets. */
export function limitOf({ object, spec: { spec } }: ValidObject<ApiRateLimit>): Limit {
  const nanos = spec.period === undefined ? null : parseDurationNanos(spec.period);
  const mode = object.metadata.annotations?.[ON_STORE_FAILURE] ?? '';
  return {
    source: refOf(object),
    groups: spec.anyGroups === true ? 'any' : (spec.groups ?? []),
    limit: spec.limit,
    periodMs: nanos === null || nanos <= 0n ? DEFAULT_PERIOD_MS : Number(nanos) / 1e6,
    strategy: spec.strategy ?? 'local',
    ...(isStoreFailureMode(mode) ? { onStoreFailure: mode } : {}),
  };
}

function isStoreFailureMode(mode: string): mode is StoreFailureMode {
  return STORE_FAILURE_MODES.has(mode);
}
