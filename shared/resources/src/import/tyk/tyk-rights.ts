import type { ImportedCaller, ImportedLimits, RouteCaller } from '../imported.ts';
import { goDuration } from '../limits.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

interface Rights {
  readonly limits: ImportedLimits;
  /** Ids of the APIs. */
  readonly apis: ReadonlySet<string>;
}

/** What keys of Tyk may call, and how often. https://tyk.io/docs/api-management/policies/ */
export class TykRights {
  readonly #losses: Losses;
  readonly #policies = new Map<string, Rights>();
  readonly #used = new Set<string>();
  readonly #callers: { readonly caller: ImportedCaller; readonly rights: readonly Rights[] }[] = [];

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  addPolicy(map: SourceMap): void {
    const id = map.text('id') ?? map.text('_id') ?? map.path;
    const name = map.text('name') ?? id;
    map.skip(
      '_id',
      'id',
      'name',
      'org_id',
      'tags',
      'partitions',
      'last_updated',
      'key_expires_in',
      'hmac_enabled',
      'meta_data',
      'rate_smoothing',
    );
    if (map.flag('active') === false || map.flag('is_inactive') === true) {
      map.skipAll();
      return;
    }
    const rights = this.#readRights(map);
    this.#policies.set(id, rights);
    this.#policies.set(name, rights);
    // Keys are not in the files of Tyk's gateway: an application takes those that are made for the policy.
    this.#callers.push({
      caller: {
        name,
        path: map.path,
        owner: name,
        notes: `policy ${id} of Tyk`,
        apiKeys: [],
        passwords: [],
        tokens: [],
      },
      rights: [rights],
    });
    this.#losses.add(
      'changed',
      map.path,
      `keys of the policy are not in its file: create them for application "${name}"`,
    );
  }

  addKey(map: SourceMap): void {
    const policies = [...(map.texts('apply_policies') ?? []), ...(map.texts('apply_policy_id') ?? [])].filter(
      (id) => id !== '',
    );
    const key = map.text('key') ?? map.text('key_id');
    const name = map.text('alias') ?? map.text('key_hash') ?? map.path;
    const isInactive = map.flag('is_inactive') === true;
    const own = this.#readRights(map);
    map.skip(
      'org_id',
      'allowance',
      'last_check',
      'quota_renews',
      'quota_remaining',
      'date_created',
      'last_updated',
    );
    map.skip(
      'key_hash',
      'tags',
      'meta_data',
      'session_lifetime',
      'id_extractor_deadline',
      'rate_smoothing',
      'certificate',
    );
    if (isInactive) return;
    if ((map.number('expires') ?? 0) > 0) {
      this.#losses.add('withheld', map.at('expires'), 'keys do not expire here: the key is left out');
      return;
    }
    const unknown = policies.filter((id) => !this.#policies.has(id));
    if (unknown.length > 0)
      this.#losses.add('ignored', map.path, `policies ${unknown.join(', ')} are not in these files`);
    if (key === undefined)
      this.#losses.add(
        'changed',
        map.path,
        `the key itself is not in its file: create one for application "${name}"`,
      );
    this.#callers.push({
      caller: {
        name,
        path: map.path,
        owner: name,
        apiKeys: key === undefined ? [] : [{ path: map.path, value: key }],
        passwords: [],
        tokens: [],
      },
      rights: policies.length === 0 ? [own] : policies.flatMap((id) => this.#policies.get(id) ?? []),
    });
  }

  callers(): readonly ImportedCaller[] {
    return this.#callers
      .filter(({ caller }) => this.#used.has(caller.name) || caller.apiKeys.length > 0)
      .map(({ caller }) => caller);
  }

  /** Returns the callers of an API with the limits that apply to them. */
  ofApi(id: string): readonly RouteCaller[] {
    return this.#callers.flatMap(({ caller, rights }) => {
      const found = rights.find(({ apis }) => apis.has(id));
      if (found === undefined) return [];
      this.#used.add(caller.name);
      return [{ caller: caller.name, limits: found.limits }];
    });
  }

  #readRights(map: SourceMap): Rights {
    const apis = new Set<string>();
    for (const [id, right] of map.entries('access_rights')) {
      const allowed = right.raw('allowed_urls');
      const isNarrowed = Array.isArray(allowed) && allowed.length > 0;
      if (isNarrowed)
        this.#losses.add(
          'withheld',
          right.at('allowed_urls'),
          'rights to some paths only are not imported: the API is left out',
        );
      if (right.has('limit'))
        this.#losses.add(
          'changed',
          right.at('limit'),
          'limits of one API are not imported: those of the policy apply',
        );
      right.skip(
        'limit',
        'api_name',
        'allowance_scope',
        'versions',
        'allowed_types',
        'restricted_types',
        'field_access_rights',
        'disable_introspection',
      );
      if (!isNarrowed) apis.add(right.text('api_id') ?? id);
    }
    return { apis, limits: limitsOf(map) };
  }
}

/** A rate of 0 and a quota of -1 are none. */
function limitsOf(map: SourceMap): ImportedLimits {
  const rate = map.number('rate') ?? 0;
  const per = map.number('per') ?? 1;
  const quota = map.number('quota_max') ?? -1;
  const renewal = map.number('quota_renewal_rate') ?? 0;
  map.skip('throttle_interval', 'throttle_retry_limit', 'max_query_depth');
  return {
    ...(rate > 0 && per > 0
      ? { rate: { limit: Math.max(1, Math.floor(rate)), period: goDuration(Math.max(1, per)) } }
      : {}),
    ...(quota >= 0 && renewal >= 1 ? { quota: { limit: quota, period: goDuration(renewal) } } : {}),
    isShared: true,
  };
}
