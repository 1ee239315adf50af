import type { Keycloak } from './server.ts';

interface KeycloakUser {
  readonly username: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled?: boolean;
  readonly company?: string;
  readonly password?: string;
}

/** A throw-away realm, managed as its administrators do: through the admin REST API. */
export class Realm {
  readonly name: string;
  readonly #keycloak: Keycloak;
  #token: { readonly text: string; readonly until: number } | undefined;

  constructor(keycloak: Keycloak, name: string) {
    this.#keycloak = keycloak;
    this.name = name;
  }

  async create(): Promise<void> {
    await this.#send('POST', '', { realm: this.name, enabled: true }, '/admin/realms');
    // Attributes that the realm's user profile does not declare are dropped unless it says otherwise.
    const profile = (await this.#send('GET', '/users/profile')) as object;
    await this.#send('PUT', '/users/profile', { ...profile, unmanagedAttributePolicy: 'ENABLED' });
  }

  /** Answers the new user's id. */
  async addUser({ password, ...user }: KeycloakUser): Promise<string> {
    await this.#send('POST', '/users', {
      enabled: true,
      emailVerified: true,
      ...user,
      ...(password ? { credentials: [{ type: 'password', value: password, temporary: false }] } : {}),
    });
    return this.idOf(user.username);
  }

  /** Many at once, with the groups they are in by path. */
  async importUsers(
    users: readonly (KeycloakUser & { readonly groups: readonly string[] })[],
  ): Promise<void> {
    const imported = users.map(({ company, ...user }) => ({
      enabled: true,
      ...user,
      ...(company ? { attributes: { company: [company] } } : {}),
    }));
    await this.#send('POST', '/partialImport', { ifResourceExists: 'FAIL', users: imported });
  }

  async idOf(username: string): Promise<string> {
    const found = await this.#send('GET', `/users?exact=true&username=${encodeURIComponent(username)}`);
    return (found as { id: string }[])[0]!.id;
  }

  async changeUser(username: string, change: object): Promise<void> {
    const path = `/users/${await this.idOf(username)}`;
    const current = (await this.#send('GET', path)) as object;
    await this.#send('PUT', path, { ...current, ...change });
  }

  async deleteUser(username: string): Promise<void> {
    await this.#send('DELETE', `/users/${await this.idOf(username)}`);
  }

  /** Ends every session of a user: their access tokens stop working at once. */
  async endSessions(username: string): Promise<void> {
    await this.#send('POST', `/users/${await this.idOf(username)}/logout`);
  }

  /** A group, below another when named; answers its id. */
  async addGroup(name: string, parent?: string): Promise<string> {
    const path = parent === undefined ? '/groups' : `/groups/${parent}/children`;
    const response = await this.#ask('POST', path, { name });
    return response.headers.get('location')?.split('/').at(-1) ?? '';
  }

  async renameGroup(id: string, name: string): Promise<void> {
    await this.#send('PUT', `/groups/${id}`, { name });
  }

  /** Roles of the client that stands for administering the realm. */
  async allow(userId: string, roles: readonly string[]): Promise<void> {
    const clients = await this.#send('GET', '/clients?clientId=realm-management');
    const [client] = clients as { id: string }[];
    const all = await this.#send('GET', `/clients/${client!.id}/roles`);
    const given = (all as { name: string }[]).filter(({ name }) => roles.includes(name));
    await this.#send('POST', `/users/${userId}/role-mappings/clients/${client!.id}`, given);
  }

  async #send(method: string, path: string, body?: unknown, base?: string): Promise<unknown> {
    const text = await (await this.#ask(method, path, body, base)).text();
    return text === '' ? null : JSON.parse(text);
  }

  async #ask(
    method: string,
    path: string,
    body?: unknown,
    base = `/admin/realms/${this.name}`,
  ): Promise<Response> {
    const response = await fetch(`${this.#keycloak.url}${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#signIn()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async #signIn(): Promise<string> {
    if (this.#token && this.#token.until > Date.now()) return this.#token.text;
    const { url, admin } = this.#keycloak;
    const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...admin });
    const response = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body,
    });
    const answer = (await response.json()) as { access_token: string; expires_in: number };
    this.#token = { text: answer.access_token, until: Date.now() + answer.expires_in * 500 };
    return answer.access_token;
  }
}
