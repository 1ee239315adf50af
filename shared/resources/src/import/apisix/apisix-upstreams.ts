import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import { isRecord } from '../../kinds/object.ts';
import type { ImportedRoute, ImportedTarget, ImportedUpstream } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import type { ApisixPlugins } from './apisix-plugins.ts';

export interface RouteUpstreams {
  readonly upstreams: ImportedRoute['upstreams'];
  /** What sets the Host header of requests. */
  readonly middlewares: readonly MiddlewareSpecObject[];
}

const SCHEMES: ReadonlyMap<string, ImportedUpstream['scheme']> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['grpc', 'h2c'],
  ['grpcs', 'https'],
]);

/** Reads upstreams where routes use them. https://apisix.apache.org/docs/apisix/terminology/upstream/ */
export class ApisixUpstreams {
  readonly #byId: ReadonlyMap<string, SourceMap>;
  readonly #losses: Losses;
  readonly #read = new Map<string, ImportedUpstream>();
  readonly #hosts = new Map<string, string>();
  /** Names by the place of the upstream. */
  readonly #names = new Map<string, string>();

  constructor(byId: ReadonlyMap<string, SourceMap>, losses: Losses) {
    this.#byId = byId;
    this.#losses = losses;
  }

  list(): readonly ImportedUpstream[] {
    return [...this.#read.values()];
  }

  /** Returns where a route leads; null when that is not known. */
  ofRoute(map: SourceMap, service: SourceMap | undefined, plugins: ApisixPlugins): RouteUpstreams | null {
    const timeout = map.map('timeout');
    if (timeout !== undefined) {
      this.#losses.add('ignored', timeout.path, 'timeouts are those of the upstream');
      timeout.skipAll();
    }
    const name = this.#nameOf(map) ?? (service === undefined ? null : this.#nameOf(service));
    const split = plugins.take('traffic-split');
    if (split !== undefined) return this.#split(split, name);
    return name === null ? null : { upstreams: [{ name, weight: 1 }], middlewares: this.#hostOf(name) };
  }

  #hostOf(name: string): readonly MiddlewareSpecObject[] {
    const host = this.#hosts.get(name);
    return host === undefined ? [] : [{ headers: { customRequestHeaders: { Host: host } } }];
  }

  #nameOf(owner: SourceMap): string | null {
    const id = owner.text('upstream_id');
    if (id !== undefined) {
      const known = this.#byId.get(id);
      return known === undefined ? null : this.#add(known, known.text('name') ?? id);
    }
    const inline = owner.map('upstream');
    return inline === undefined
      ? null
      : this.#add(inline, owner.text('name') ?? owner.text('id') ?? owner.path);
  }

  /** Reads an upstream once; another one of the same name is told apart by its place. */
  #add(map: SourceMap, wanted: string): string | null {
    const known = this.#names.get(map.path);
    if (known !== undefined) return known;
    map.skip('name', 'id');
    const name = this.#read.has(wanted) ? `${wanted} ${map.path}` : wanted;
    const upstream = this.#upstream(map, name);
    if (upstream === null) return null;
    this.#names.set(map.path, name);
    this.#read.set(name, upstream);
    return name;
  }

  #upstream(map: SourceMap, name: string): ImportedUpstream | null {
    const scheme = SCHEMES.get(map.text('scheme') ?? 'http');
    map.skip('create_time', 'update_time', 'labels', 'desc', 'retry_timeout', 'keepalive_pool');
    if (map.has('service_name')) {
      this.#losses.add('withheld', map.at('service_name'), 'targets that a registry names are not imported');
      return null;
    }
    if (scheme === undefined) return null;
    const type = map.text('type') ?? 'roundrobin';
    const isSticky = type === 'chash' && map.text('hash_on') === 'cookie';
    const cookie = isSticky ? map.text('key') : undefined;
    if (type !== 'roundrobin' && !isSticky)
      this.#losses.add('changed', map.at('type'), `targets are used in turn by weight instead of ${type}`);
    for (const key of ['checks', 'tls', 'retries'])
      if (map.has(key)) this.#losses.add('ignored', map.at(key), `${key} of upstreams are not imported`);
    map.skip('checks', 'tls', 'retries', 'hash_on', 'key');
    const passHost = map.text('pass_host') ?? 'pass';
    const upstreamHost = map.text('upstream_host');
    if (passHost === 'rewrite' && upstreamHost !== undefined) this.#hosts.set(name, upstreamHost);
    const times = map.map('timeout');
    const connect = times?.number('connect');
    const read = times?.number('read');
    times?.skip('send');
    const forwardingTimeouts = {
      ...(connect === undefined ? {} : { dialTimeout: `${connect}s` }),
      ...(read === undefined ? {} : { responseHeaderTimeout: `${read}s` }),
    };
    // https://apisix.apache.org/docs/apisix/mtls/#mtls-between-apisix-and-upstream: certificates are not verified by default.
    if (scheme === 'https')
      this.#losses.add(
        'changed',
        map.path,
        'the certificate of the upstream is verified, which APISIX does not by default',
      );
    return {
      name,
      path: map.path,
      scheme,
      targets: targetsOf(map.raw('nodes'), scheme === 'https' ? 443 : 80),
      passHostHeader: passHost !== 'node',
      ...(Object.keys(forwardingTimeouts).length === 0 ? {} : { transport: { forwardingTimeouts } }),
      ...(cookie === undefined ? {} : { stickyCookie: cookie.replace(/^cookie_/, '') }),
    };
  }

  /** https://apisix.apache.org/docs/apisix/plugins/traffic-split/ */
  #split(config: SourceMap, own: string | null): RouteUpstreams | null {
    const [rule, ...others] = config.maps('rules');
    if (rule === undefined || others.length > 0 || rule.has('match')) {
      this.#losses.add('withheld', config.path, 'traffic is split by conditions');
      config.skipAll();
      rule?.skipAll();
      return null;
    }
    const upstreams = rule.maps('weighted_upstreams').map((entry) => {
      const weight = entry.number('weight') ?? 1;
      return { name: entry.has('upstream') || entry.has('upstream_id') ? this.#nameOf(entry) : own, weight };
    });
    const known = upstreams.flatMap(({ name, weight }) => (name === null ? [] : [{ name, weight }]));
    return known.length < upstreams.length || known.length === 0
      ? null
      : { upstreams: known, middlewares: [] };
  }
}

/** Nodes are a list of maps, or a map of weights by `host:port`. */
function targetsOf(nodes: unknown, defaultPort: number): readonly ImportedTarget[] {
  if (Array.isArray(nodes))
    return nodes.filter(isRecord).map(({ host, port, weight }) => ({
      host: String(host),
      port: typeof port === 'number' ? port : defaultPort,
      weight: typeof weight === 'number' ? weight : 1,
    }));
  if (!isRecord(nodes)) return [];
  return Object.entries(nodes).map(([address, weight]) => {
    const [, host = '', port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(address) ?? [];
    return { host, port: Number(port ?? defaultPort), weight: typeof weight === 'number' ? weight : 1 };
  });
}
