import { z } from 'zod';
import type { Outbound } from '../../http/outbound.ts';
import { discover } from './oidc-discovery.ts';
import type { Connector, ExternalGroup, ExternalPage, ExternalUser, Listing } from './connector.ts';
import { askProvider, ProviderError } from './provider-http.ts';
import { trySignIn, type SignInClient } from './sign-in-client.ts';
import { runTrials } from './trials.ts';

const PAGE = 200;
const text = z.string().nullish();

const users = z.array(
  z.looseObject({
    id: z.string(),
    status: z.string(),
    profile: z.looseObject({ login: text, email: text, firstName: text, lastName: text, organization: text }),
  }),
);
const groups = z.array(z.looseObject({ id: z.string(), profile: z.looseObject({ name: z.string() }) }));
const members = z.array(z.looseObject({ id: z.string() }));

export interface OktaOptions {
  readonly orgUrl: string;
  readonly issuerUrl: string;
  readonly token: string;
  /** Client that users sign in with. */
  readonly signIn?: Omit<SignInClient, 'issuer'> | undefined;
}

/** Creates a connector for the users and groups of an Okta organisation, through its management API. */
export function oktaConnector(outbound: Outbound, options: OktaOptions): Connector {
  const org = new Organisation(outbound, options);
  return {
    listing: org,
    test: (signal) =>
      runTrials(outbound, new URL(options.orgUrl), {
        connect: async () => {
          await askProvider(outbound, new URL('/.well-known/okta-organization', options.orgUrl), { signal });
          return 'the organisation exists';
        },
        credentials: async () => {
          await org.users(null, signal);
          return 'the token is valid and can list users';
        },
        permissions: async () => {
          await org.groups(null, signal);
          return 'groups can be listed';
        },
        claims: async () => {
          await discover(outbound, options.issuerUrl, signal);
          return trySignIn(
            outbound,
            options.signIn && { ...options.signIn, issuer: options.issuerUrl },
            signal,
          );
        },
      }),
  };
}

class Organisation implements Listing {
  readonly #outbound: Outbound;
  readonly #options: OktaOptions;

  constructor(outbound: Outbound, options: OktaOptions) {
    this.#outbound = outbound;
    this.#options = options;
  }

  async users(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalUser>> {
    const { body, next } = await this.#page('/api/v1/users', cursor, signal);
    const items = users.parse(body).map(({ id, status, profile }) => ({
      id,
      username: profile.login ?? id,
      email: profile.email ?? '',
      firstName: profile.firstName ?? '',
      lastName: profile.lastName ?? '',
      company: profile.organization ?? '',
      isEnabled: !['SUSPENDED', 'DEPROVISIONED', 'LOCKED_OUT'].includes(status),
    }));
    return { items, next };
  }

  async groups(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalGroup>> {
    const { body, next } = await this.#page('/api/v1/groups', cursor, signal);
    return { items: groups.parse(body).map(({ id, profile }) => ({ id, name: profile.name })), next };
  }

  async members(group: string, cursor: string | null, signal: AbortSignal): Promise<ExternalPage<string>> {
    const { body, next } = await this.#page(
      `/api/v1/groups/${encodeURIComponent(group)}/users`,
      cursor,
      signal,
    );
    return { items: members.parse(body).map((user) => user.id), next };
  }

  /** Fetches a page. Only the cursor of the `next` link is used, so the token is sent to the organisation's own host only. */
  async #page(
    path: string,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ body: unknown; next: string | null }> {
    const url = new URL(path, this.#options.orgUrl);
    url.searchParams.set('limit', String(PAGE));
    if (cursor !== null) url.searchParams.set('after', cursor);
    const headers = { authorization: `SSWS ${this.#options.token}`, accept: 'application/json' };
    const answer = await askProvider(this.#outbound, url, { headers, signal });
    const link = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    if (link === undefined) return { body: answer.body, next: null };
    const after = URL.parse(link, url.href)?.searchParams.get('after');
    if (!after)
      throw new ProviderError(
        'answer',
        `${url.host} sent a link to the next page without the parameter "after".`,
      );
    return { body: answer.body, next: after };
  }
}
