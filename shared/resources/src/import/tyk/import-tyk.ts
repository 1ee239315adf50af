import { isRecord } from '../../kinds/object.ts';
import type { ImportedCaller, ImportedGateway } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import { readClassicApi } from './tyk-classic.ts';
import { readOasApi } from './tyk-oas.ts';
import type { TykApi } from './tyk-route.ts';
import { TykRights } from './tyk-rights.ts';

/** Reads API definitions of Tyk, classic ones and those of OpenAPI, with policies and keys. https://tyk.io/docs/api-management/gateway-config-introduction/ */
export function importTyk(roots: readonly SourceMap[], losses: Losses): ImportedGateway {
  const kinds = Map.groupBy(roots.flatMap(unwrapped), kindOf);
  const rights = new TykRights(losses);
  for (const map of kinds.get('policy') ?? []) rights.addPolicy(map);
  for (const map of kinds.get('key') ?? []) rights.addKey(map);
  for (const map of kinds.get('unknown') ?? []) {
    losses.add('ignored', map.path, 'is neither an API definition nor a policy nor a key of Tyk');
    map.skipAll();
  }
  const apis: readonly TykApi[] = [
    ...(kinds.get('classic') ?? []).map((map) => readClassicApi(map, { rights, losses })),
    ...(kinds.get('oas') ?? []).map((map) => readOasApi(map, { rights, losses })),
  ];
  const callers: readonly ImportedCaller[] = rights.callers();
  return {
    upstreams: apis.flatMap(({ upstreams }) => upstreams),
    callers,
    routes: apis.flatMap(({ routes }) => routes),
  };
}

type TykKind = 'classic' | 'oas' | 'policy' | 'key' | 'unknown';

function kindOf(map: SourceMap): TykKind {
  if (map.has('x-tyk-api-gateway')) return 'oas';
  if (map.has('proxy')) return 'classic';
  if (map.has('apply_policies') || map.has('allowance') || map.has('last_check')) return 'key';
  return map.has('access_rights') ? 'policy' : 'unknown';
}

/** The dashboard wraps definitions; policies.json is a map of policies by their id. */
function unwrapped(map: SourceMap): readonly SourceMap[] {
  const definition = map.map('api_definition');
  if (definition !== undefined) {
    map.skipAll();
    return [definition];
  }
  const values = Object.values(map.value);
  const isMap = values.length > 0 && values.every((value) => isRecord(value) && 'access_rights' in value);
  if (!isMap) return [map];
  return map.keys.flatMap((key) => {
    const policy = map.map(key);
    return policy === undefined ? [] : [policy];
  });
}
