import { createHash } from 'node:crypto';
import { hashApiKey } from '@portolan/process/api-key-hash';
import type { MiddlewareSpecObject } from '../kinds/middleware.ts';
import type {
  ImportedAccess,
  ImportedCaller,
  ImportedLimits,
  ImportedRoute,
  ImportedTokenIssuer,
} from './imported.ts';
import type { ManifestWriter } from './manifest-writer.ts';

type KeyAccess = Extract<ImportedAccess, { kind: 'apiKey' }>;

/** Where requests carry a key. */
interface KeyPlace {
  readonly header?: string | undefined;
  readonly query?: string | undefined;
}

type Callers = ReadonlyMap<string, ImportedCaller>;

/** What makes an IngressRoute ask for credentials. */
export interface RouteAccess {
  readonly annotations: Readonly<Record<string, string>>;
  readonly middlewares: readonly MiddlewareSpecObject[];
}

/** Writes who may call: applications, plans, subscriptions and APIs in generation v3, middlewares with hashes of keys in v2. */
export class AccessWriter {
  readonly #writer: ManifestWriter;
  readonly #callers: Callers;
  readonly #apis = new Map<string, string>();
  readonly #applications = new Map<string, string>();
  readonly #plans = new Map<string, string>();
  readonly #keyLists = new Map<string, string>();
  readonly #source: KeyPlace | undefined;

  constructor(routes: readonly ImportedRoute[], callers: readonly ImportedCaller[], writer: ManifestWriter) {
    this.#writer = writer;
    this.#callers = new Map(callers.map((caller) => [caller.name, caller]));
    this.#source = mostUsedSource(routes);
    if (this.#source === undefined || writer.generation === 'v2') return;
    writer.hub('APIAuth', 'default', { isDefault: true, apiKey: { keySource: keySourceOf(this.#source) } });
    for (const caller of callers) if (caller.apiKeys.length > 0) this.#application(caller.name);
  }

  write(route: ImportedRoute): RouteAccess {
    const { access } = route;
    switch (access.kind) {
      case 'open':
        return { annotations: {}, middlewares: [] };
      case 'basic':
        return { annotations: {}, middlewares: [this.#basicAuth(route, access)] };
      case 'htpasswd':
        return { annotations: {}, middlewares: [this.#userList(route, access.lines, access)] };
      case 'jwt':
        return { annotations: {}, middlewares: [this.#jwt(access)] };
      case 'apiKey':
        if (this.#writer.generation === 'v2')
          return { annotations: {}, middlewares: this.#hashedKeys(route, access) };
        return { annotations: { 'hub.traefik.io/api': this.#api(route, access) }, middlewares: [] };
    }
  }

  /** Writes one API for routes that the same callers may call as often, and their subscriptions; returns its name. */
  #api(route: ImportedRoute, access: KeyAccess): string {
    const content = JSON.stringify([route.api.name, access.callers]);
    this.#checkSource(route, access);
    const known = this.#apis.get(content);
    if (known !== undefined) return known;
    const isFirst = ![...this.#apis.keys()].some((key) =>
      key.startsWith(`[${JSON.stringify(route.api.name)},`),
    );
    const name = this.#writer.names.unique('API', isFirst ? route.api.name : route.name);
    this.#apis.set(content, name);
    this.#writer.hub('API', name, { title: isFirst ? route.api.title : `${route.api.title}: ${route.name}` });
    const byPlan = Map.groupBy(access.callers, ({ limits }) => this.#plan(limits));
    for (const [plan, callers] of byPlan)
      this.#writer.hub('ManagedSubscription', this.#writer.names.unique('ManagedSubscription', name, plan), {
        managedApplications: callers.map(({ caller }) => ({ name: this.#application(caller) })),
        apis: [{ name }],
        apiPlan: { name: plan },
      });
    return name;
  }

  /** One place carries keys in a namespace: that of most routes. */
  #checkSource({ path }: ImportedRoute, { header, query }: KeyAccess): void {
    const source = this.#source;
    if (source === undefined || (source.header === header && source.query === query)) return;
    const place = describeSource(source);
    this.#writer.losses.add(
      'changed',
      path,
      `keys are read from ${describeSource({ header, query })}; all APIs of a namespace read them from one place, here ${place}`,
    );
  }

  #application(caller: string): string {
    const known = this.#applications.get(caller);
    if (known !== undefined) return known;
    const name = this.#writer.names.unique('ManagedApplication', caller);
    this.#applications.set(caller, name);
    const { owner = caller, notes, apiKeys = [] } = this.#callers.get(caller) ?? {};
    this.#writer.hub('ManagedApplication', name, {
      appId: name,
      owner,
      ...(notes === undefined ? {} : { notes }),
      ...(apiKeys.length === 0
        ? {}
        : { apiKeys: apiKeys.map(({ value, path }, index) => this.#key(value, { path, caller, index })) }),
    });
    return name;
  }

  /** A manifest holds the hash of a key; where the source only says where the key is kept, a Secret has to hold it. */
  #key(
    value: string | null,
    { path, caller, index }: { readonly path: string; readonly caller: string; readonly index: number },
  ): object {
    const title = `key ${index + 1}`;
    if (value !== null) return { title, value: hashApiKey(value) };
    const purpose = `API key of "${caller}"`;
    return { title, secretName: this.#writer.secret([caller, 'key'], { purpose, path }, { value: null }) };
  }

  #plan(limits: ImportedLimits): string {
    const content = JSON.stringify(limits);
    const known = this.#plans.get(content);
    if (known !== undefined) return known;
    const { rate, quota, isShared = false } = limits;
    const terms = [rate, quota].flatMap((limit) =>
      limit === undefined ? [] : [`${limit.limit} per ${limit.period}`],
    );
    const title = terms.length === 0 ? 'Unlimited' : terms.join(', ');
    const name = this.#writer.names.unique('APIPlan', ...(terms.length === 0 ? [] : ['plan']), title);
    this.#plans.set(content, name);
    const counted = (limit: ImportedLimits['rate']) => ({
      ...limit,
      bucket: isShared ? 'application' : 'application-api',
    });
    this.#writer.hub('APIPlan', name, {
      title,
      ...(rate === undefined ? {} : { rateLimit: counted(rate) }),
      ...(quota === undefined ? {} : { quota: counted(quota) }),
    });
    return name;
  }

  #basicAuth(route: ImportedRoute, access: Extract<ImportedAccess, { kind: 'basic' }>): MiddlewareSpecObject {
    const users = access.callers.flatMap((caller) => this.#callers.get(caller)?.passwords ?? []);
    const lines = users.flatMap(({ user, password }) =>
      password.value === null ? [] : [`${user}:${sha(password.value)}`],
    );
    return this.#userList(route, lines.length === users.length ? lines : null, access);
  }

  #userList(
    { name, path }: ImportedRoute,
    lines: readonly string[] | null,
    {
      realm,
      hidesCredentials,
      userHeader,
    }: { readonly realm?: string; readonly hidesCredentials: boolean; readonly userHeader?: string },
  ): MiddlewareSpecObject {
    const secret = this.#list(`users ${JSON.stringify(lines)}`, () =>
      this.#writer.secret(
        [name, 'users'],
        { purpose: `users of route "${name}", as lines of htpasswd`, path },
        // A Secret without users would be taken for a mistake: this line matches nobody.
        { users: lines === null ? null : lines.join('\n') || '#' },
      ),
    );
    return {
      basicAuth: {
        secret,
        ...(realm === undefined ? {} : { realm }),
        ...(hidesCredentials ? { removeHeader: true } : {}),
        ...(userHeader === undefined ? {} : { headerField: userHeader }),
      },
    };
  }

  #jwt({ issuer, query, hidesCredentials }: Extract<ImportedAccess, { kind: 'jwt' }>): MiddlewareSpecObject {
    const { key } = issuer;
    return {
      plugin: {
        jwt: {
          ...this.#verification(issuer.issuer, key),
          ...(issuer.issuer === null ? {} : { claims: `Equals("iss", ${JSON.stringify(issuer.issuer)})` }),
          ...(query === undefined ? {} : { tokenQueryKey: query }),
          ...(hidesCredentials ? {} : { forwardAuthorization: true }),
        },
      },
    };
  }

  #verification(issuer: string | null, key: ImportedTokenIssuer['key']): object {
    if (key.kind === 'public') return { publicKey: key.pem };
    if (key.kind === 'keySet') return { jwksUrl: key.url };
    return {
      signingSecret: this.#reference(issuer ?? 'tokens', key.secret),
      ...(key.isBase64 ? { signingSecretBase64Encoded: true } : {}),
    };
  }

  #reference(
    issuer: string,
    { value, path }: { readonly value: string | null; readonly path: string },
  ): string {
    const secret = this.#list(`jwt ${path}`, () =>
      this.#writer.secret(
        [issuer, 'jwt'],
        { purpose: `secret that signs the tokens of issuer "${issuer}"`, path },
        { secret: value },
      ),
    );
    return `urn:k8s:secret:${secret}:secret`;
  }

  /** Generation v2 has no applications: a middleware accepts the keys of all callers, and one limit counts by key. */
  #hashedKeys(route: ImportedRoute, { header, query, callers }: KeyAccess): readonly MiddlewareSpecObject[] {
    const keys = callers.flatMap(({ caller }) => this.#callers.get(caller)?.apiKeys ?? []);
    const data = Object.fromEntries(
      keys.map(({ value }, index) => [`key-${index + 1}`, value === null ? null : sha(value)]),
    );
    const secret = this.#list(`keys ${JSON.stringify(data)}`, () =>
      this.#writer.secret(
        [route.api.name, 'keys'],
        { purpose: `hashes of the keys for "${route.api.name}"`, path: route.path },
        keys.length === 0 ? { none: sha('') } : data,
      ),
    );
    const names = keys.length === 0 ? ['none'] : Object.keys(data);
    if (callers.some(({ limits }) => limits.rate !== undefined || limits.quota !== undefined))
      this.#writer.losses.add(
        'changed',
        route.path,
        'limits of callers need generation v3; there are none here',
      );
    const middleware = {
      keySource: keySourceOf({ header, query }),
      secretNonBase64Encoded: true,
      secretValues: names.map((key) => `urn:k8s:secret:${secret}:${key}`),
    };
    return [{ plugin: { apiKey: middleware } }];
  }

  #list(content: string, make: () => string): string {
    const name = this.#keyLists.get(content) ?? make();
    this.#keyLists.set(content, name);
    return name;
  }
}

/** As htpasswd -s writes it; the Secret holds it, and bcrypt would make each import differ. */
function sha(text: string): string {
  return `{SHA}${createHash('sha1').update(text).digest('base64')}`;
}

function keySourceOf({ header, query }: KeyPlace): object {
  return { ...(header === undefined ? {} : { header }), ...(query === undefined ? {} : { query }) };
}

function describeSource({ header, query }: KeyPlace): string {
  return [
    ...(header === undefined ? [] : [`header ${header}`]),
    ...(query === undefined ? [] : [`query parameter ${query}`]),
  ].join(' or ');
}

function mostUsedSource(routes: readonly ImportedRoute[]): KeyPlace | undefined {
  const sources = routes.flatMap(({ access }) => (access.kind === 'apiKey' ? [access] : []));
  const counts = Map.groupBy(sources, ({ header, query }) => JSON.stringify([header, query]));
  return [...counts.values()].toSorted((a, b) => b.length - a.length)[0]?.[0];
}
