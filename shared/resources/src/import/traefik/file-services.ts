import type { ImportedRoute, ImportedUpstream } from '../imported.ts';
import { parseUpstreamUrl, type UpstreamAddress } from '../addresses.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

type WeightedUpstreams = ImportedRoute['upstreams'];

const DEPTH_MAX = 16;
/** Fields of a transport that are not files. */
const TRANSPORT_TEXTS = ['serverName', 'peerCertURI'] as const;
const TRANSPORT_TIMEOUTS = ['dialTimeout', 'responseHeaderTimeout', 'idleConnTimeout'] as const;

/** Reads the services of Traefik's file provider. */
export class FileServices {
  readonly #losses: Losses;
  readonly #services: ReadonlyMap<string, SourceMap>;
  readonly #transports: ReadonlyMap<string, SourceMap>;
  readonly #upstreams = new Map<string, ImportedUpstream | null>();

  constructor(http: SourceMap, losses: Losses) {
    this.#losses = losses;
    this.#services = new Map(http.entries('services'));
    this.#transports = new Map(http.entries('serversTransports'));
  }

  upstreams(): readonly ImportedUpstream[] {
    return [...this.#upstreams.values()].filter((upstream) => upstream !== null);
  }

  /** Returns the upstreams of a service by weight, those of services that it weighs included; null when there are none. */
  find(reference: string, depth = 0): WeightedUpstreams | null {
    const [name = '', provider = 'file'] = reference.split('@');
    const map = this.#services.get(name);
    if (map === undefined || provider !== 'file' || depth > DEPTH_MAX) return null;
    const weighted = map.map('weighted');
    if (weighted !== undefined) return this.#weighted(weighted, depth);
    for (const [kind, key] of [
      ['mirroring', 'mirrors'],
      ['failover', 'fallback'],
    ] as const) {
      const inner = map.map(kind);
      if (inner === undefined) continue;
      this.#losses.add('changed', inner.path, `only the main service is used: ${key} are left out`);
      const main = inner.text('service') ?? '';
      inner.skipAll();
      return this.find(main, depth + 1);
    }
    const upstream = this.#loadBalancer(name, map);
    return upstream === null ? null : [{ name, weight: 1 }];
  }

  #weighted(map: SourceMap, depth: number): WeightedUpstreams | null {
    if (map.has('sticky'))
      this.#losses.add('changed', map.at('sticky'), 'callers are not kept at one of the services');
    map.skip('sticky', 'healthCheck');
    const found: { name: string; weight: number }[] = [];
    for (const entry of map.maps('services')) {
      const weight = entry.number('weight') ?? 1;
      const inner = this.find(entry.text('name') ?? '', depth + 1);
      if (inner === null) return null;
      const total = inner.reduce((sum, each) => sum + each.weight, 0) || 1;
      found.push(...inner.map((each) => ({ name: each.name, weight: (weight * each.weight) / total })));
    }
    return found.length === 0 ? null : found;
  }

  #loadBalancer(name: string, map: SourceMap): ImportedUpstream | null {
    const known = this.#upstreams.get(name);
    if (known !== undefined) return known;
    const balancer = map.map('loadBalancer');
    const upstream = balancer === undefined ? null : this.#read(name, balancer);
    this.#upstreams.set(name, upstream);
    return upstream;
  }

  #read(name: string, map: SourceMap): ImportedUpstream | null {
    const addresses = map.maps('servers').flatMap((server): readonly UpstreamAddress[] => {
      const url = server.text('url') ?? '';
      const address = parseUpstreamUrl(url, server.number('weight') ?? 1);
      server.skip('preservePath', 'fenced');
      if (address === null) this.#losses.add('ignored', server.path, `"${url}" is not a URL of HTTP`);
      else if (address.path !== '')
        this.#losses.add(
          'ignored',
          server.at('url'),
          'the path of a server is not added to that of requests',
        );
      return address === null ? [] : [address];
    });
    const scheme = addresses[0]?.scheme;
    if (scheme === undefined) return null;
    const mixed = addresses.filter((address) => address.scheme !== scheme);
    if (mixed.length > 0)
      this.#losses.add('ignored', map.at('servers'), `only servers of ${scheme} are used`);
    const cookie = map.map('sticky')?.map('cookie');
    const stickyCookie = cookie === undefined ? undefined : (cookie.text('name') ?? '_sticky');
    cookie?.skip('secure', 'httpOnly', 'sameSite', 'maxAge', 'path', 'domain');
    map.skip('responseForwarding', 'strategy', 'passiveHealthCheck');
    const check = map.map('healthCheck');
    const healthCheck = check?.value;
    check?.skipAll();
    const transport = this.#transport(map);
    return {
      name,
      path: map.path,
      scheme,
      targets: addresses.filter((address) => address.scheme === scheme).map(({ target }) => target),
      passHostHeader: map.flag('passHostHeader') ?? true,
      ...(transport === undefined ? {} : { transport }),
      ...(healthCheck === undefined ? {} : { healthCheck }),
      ...(stickyCookie === undefined ? {} : { stickyCookie }),
    };
  }

  #transport(balancer: SourceMap): ImportedUpstream['transport'] {
    const name = balancer.text('serversTransport')?.split('@')[0];
    const map = name === undefined ? undefined : this.#transports.get(name);
    if (map === undefined) return undefined;
    for (const key of ['rootCAs', 'certificates'])
      if (map.has(key))
        this.#losses.add(
          'ignored',
          map.at(key),
          'files are not imported: name Secrets in the ServersTransport',
        );
    map.skip('rootCAs', 'certificates', 'spiffe');
    const timeouts = map.map('forwardingTimeouts');
    const texts = TRANSPORT_TEXTS.map((key) => [key, map.text(key)] as const);
    const times = TRANSPORT_TIMEOUTS.map((key) => [key, timeouts?.text(key)] as const);
    const isGiven = ([, value]: readonly [string, unknown]) => value !== undefined;
    return {
      ...Object.fromEntries(texts.filter(isGiven)),
      ...(map.flag('insecureSkipVerify') === true ? { insecureSkipVerify: true } : {}),
      ...(map.flag('disableHTTP2') === true ? { disableHTTP2: true } : {}),
      ...(times.some(isGiven) ? { forwardingTimeouts: Object.fromEntries(times.filter(isGiven)) } : {}),
    };
  }
}
