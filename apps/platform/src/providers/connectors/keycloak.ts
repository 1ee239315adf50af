import { z } from 'zod';
import type { Outbound } from '../../http/outbound.ts';
import type { Connector, ExternalGroup, ExternalPage, ExternalUser, Listing } from './connector.ts';
import { askProvider, ProviderError } from './provider-http.ts';
import { trySignIn, type SignInClient } from './sign-in-client.ts';
import { runTrials } from './trials.ts';

const PAGE = 100;
const DEPTH_MAX = 10;
/** Maximum number of groups on one page, with all their subgroups. */
const GROUPS_MAX = 200_000;

const tokenAnswer = z.object({ access_token: z.string() });
const users = z.array(
  z.looseObject({
    id: z.string(),
    username: z.string().nullish(),
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    enabled: z.boolean().default(true),
    attributes: z.record(z.string(), z.array(z.string())).nullish(),
  }),
);
const groups = z.array(
  z.looseObject({
    id: z.string(),
    name: z.string(),
    path: z.string().nullish(),
    subGroupCount: z.number().nullish(),
  }),
);
type Groups = z.infer<typeof groups>;
interface Collected {
  readonly groups: ExternalGroup[];
  doubt: string | undefined;
}
const members = z.array(z.looseObject({ id: z.string() }));

export interface KeycloakOptions {
  readonly url: string;
  readonly realm: string;
  readonly username: string;
  readonly password: string;
  /** Client that users sign in with. */
  readonly signIn?: Omit<SignInClient, 'issuer'> | undefined;
}

/** Creates a connector for the users and groups of a Keycloak realm, through its admin REST API. */
export function keycloakConnector(outbound: Outbound, options: KeycloakOptions): Connector {
  const realm = new Realm(outbound, options);
  return {
    listing: realm,
    test: (signal) =>
      runTrials(outbound, new URL(options.url), {
        connect: async () => {
          await realm.discover(signal);
          return `realm ${options.realm} exists`;
        },
        credentials: async () => {
          await realm.signIn(signal);
          return `${options.username} can sign in`;
        },
        permissions: async () => {
          const { items } = await realm.users(null, signal);
          if (items.length === 0) throw new Error(seesNobody(options.username));
          await realm.groups(null, signal);
          return 'users and groups can be listed';
        },
        claims: () =>
          trySignIn(outbound, options.signIn && { ...options.signIn, issuer: realmIssuer(options) }, signal),
      }),
  };
}

/** Returns the issuer URL of a realm. */
export function realmIssuer({ url, realm }: Pick<KeycloakOptions, 'url' | 'realm'>): string {
  return new URL(`realms/${encodeURIComponent(realm)}`, url.endsWith('/') ? url : `${url}/`).href;
}

/**
 * Returns the message for an empty list of users: with `query-users` alone Keycloak returns none, although the realm has at
 * least the caller.
 */
function seesNobody(username: string): string {
  return `User ${username} cannot view any users of the realm. Assign it the role view-users of the client realm-management.`;
}

class Realm implements Listing {
  readonly #outbound: Outbound;
  readonly #options: KeycloakOptions;
  #token: string | undefined;

  constructor(outbound: Outbound, options: KeycloakOptions) {
    this.#outbound = outbound;
    this.#options = options;
  }

  async discover(signal: AbortSignal): Promise<void> {
    await askProvider(
      this.#outbound,
      this.#url(`realms/${encodeURIComponent(this.#options.realm)}/.well-known/openid-configuration`),
      { signal },
    );
  }

  async signIn(signal: AbortSignal): Promise<string> {
    const { realm, username, password } = this.#options;
    const url = this.#url(`realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`);
    const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password });
    const answer = await askProvider(this.#outbound, url, { method: 'POST', body, signal });
    this.#token = tokenAnswer.parse(answer.body).access_token;
    return this.#token;
  }

  async users(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalUser>> {
    const page = await this.#list(users, 'users?briefRepresentation=false', cursor, signal);
    const items = page.items.map((user) => ({
      id: user.id,
      username: user.username ?? user.id,
      email: user.email ?? '',
      firstName: user.firstName ?? '',
      lastName: user.lastName ?? '',
      company: user.attributes?.['company']?.[0] ?? '',
      isEnabled: user.enabled,
    }));
    return { ...page, items };
  }

  async countUsers(signal: AbortSignal): Promise<number | null> {
    const path = `admin/realms/${encodeURIComponent(this.#options.realm)}/users/count`;
    try {
      return z
        .number()
        .int()
        .nullable()
        .catch(null)
        .parse(await this.#ask(this.#url(path), signal));
    } catch (error) {
      if (error instanceof ProviderError && (error.status === 403 || error.status === 404)) return null;
      throw error;
    }
  }

  async groups(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalGroup>> {
    const page = await this.#list(groups, 'groups?briefRepresentation=true', cursor, signal);
    const collected: Collected = { groups: [], doubt: page.doubt };
    await this.#collect(page.items, { into: collected, parent: '', depth: 0 }, signal);
    return { next: page.next, items: collected.groups, doubt: collected.doubt };
  }

  async members(group: string, cursor: string | null, signal: AbortSignal): Promise<ExternalPage<string>> {
    const path = `groups/${encodeURIComponent(group)}/members?briefRepresentation=true`;
    const page = await this.#list(members, path, cursor, signal);
    return { ...page, items: page.items.map((user) => user.id) };
  }

  /** Collects groups and their subgroups. A subgroup is named by its path. */
  async #collect(
    page: readonly Groups[number][],
    place: { readonly into: Collected; readonly parent: string; readonly depth: number },
    signal: AbortSignal,
  ): Promise<void> {
    if (place.depth > DEPTH_MAX)
      throw new ProviderError('answer', 'Groups are nested too deeply or form a cycle.');
    for (const group of page) {
      const segment = segmentOf(group.name);
      const name = place.parent === '' ? segment : `${place.parent}/${segment}`;
      if (place.into.groups.push({ id: group.id, name }) > GROUPS_MAX)
        throw new ProviderError(
          'answer',
          `A group has more than ${GROUPS_MAX} subgroups, or its subgroups form a cycle.`,
        );
      if (!group.subGroupCount) continue;
      for (let cursor: string | null = null; ;) {
        const path = `groups/${encodeURIComponent(group.id)}/children?briefRepresentation=true`;
        const page: ExternalPage<Groups[number]> = await this.#list(groups, path, cursor, signal);
        place.into.doubt ??= page.doubt;
        await this.#collect(page.items, { ...place, parent: name, depth: place.depth + 1 }, signal);
        cursor = page.next;
        if (cursor === null) break;
      }
    }
  }

  /**
   * Lists a page. Pages are cut by offset: what is removed from the list while it is read shifts others to a page that was
   * already read. So each page begins with the last item of the one before, and one that does not is doubtful.
   */
  async #list<T extends { readonly id: string }>(
    schema: z.ZodType<readonly T[]>,
    path: string,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<ExternalPage<T>> {
    const place = parseCursor(cursor);
    const url = this.#url(`admin/realms/${encodeURIComponent(this.#options.realm)}/${path}`);
    const overlap = place.first === 0 ? 0 : 1;
    url.searchParams.set('first', String(place.first - overlap));
    url.searchParams.set('max', String(PAGE + overlap));
    const page = schema.parse(await this.#ask(url, signal));
    const isJoined = overlap === 0 || page[0]?.id === place.last;
    const items = isJoined ? page.slice(overlap) : page;
    const [what = ''] = path.split('?');
    return {
      items,
      next:
        page.length === 0 || items.length === 0 ? null : formatCursor(place.first + PAGE, page.at(-1)?.id),
      ...(isJoined || page.length === 0 ? {} : { doubt: `its list of ${what} changed while it was read` }),
    };
  }

  /** Sends a request with the cached access token, and signs in again once when it has expired (after a minute by default). */
  async #ask(url: URL, signal: AbortSignal): Promise<unknown> {
    const ask = async (token: string) =>
      (await askProvider(this.#outbound, url, { headers: { authorization: `Bearer ${token}` }, signal }))
        .body;
    if (this.#token !== undefined) {
      try {
        return await ask(this.#token);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.status !== 401) throw error;
      }
    }
    return ask(await this.signIn(signal));
  }

  #url(path: string): URL {
    return new URL(path, this.#options.url.endsWith('/') ? this.#options.url : `${this.#options.url}/`);
  }
}

/** Reads the offset of a page and the id of the item before it. */
function parseCursor(cursor: string | null): { readonly first: number; readonly last: string | undefined } {
  const [first = '0', last] = (cursor ?? '0').split(' ', 2);
  return { first: Number(first), last };
}

function formatCursor(first: number, last: string | undefined): string {
  return `${first} ${last ?? ''}`;
}

/** Returns a segment of a group's path in Keycloak's escaping: `~/` for a slash within a name. */
function segmentOf(name: string): string {
  return name.replaceAll('/', '~/');
}
