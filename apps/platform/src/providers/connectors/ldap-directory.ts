import type { ProviderSettings } from '@portolan/contract/providers';
import { withDirectoryClient } from '@portolan/process/directory-client';
import { Filter, InvalidCredentialsError, ResultCodeError, type Client, type Entry } from 'ldapts';
import type { Outbound } from '../../http/outbound.ts';
import type { ExternalUser } from './connector.ts';
import { entryId, SCHEMAS, userAttributes, userOf, valuesOf, type LdapSchema } from './ldap-schema.ts';
import { ProviderError } from './provider-http.ts';

const TIMEOUT_MS = 30_000;
/** Sizes of pages (RFC 2696). The second one is used where a listing may have ended early. */
const PAGE_SIZES = [500, 333] as const;
/** Largest number of members that Active Directory returns at once is 1500; bounds requests for further ones. */
const RANGES_MAX = 2000;

export type LdapSettings = Omit<Extract<ProviderSettings, { kind: 'ldap' }>, 'bindPassword'> & {
  readonly bindPassword: string;
};

/** Entries of a search; `doubt` says why there may be more. */
interface Found {
  readonly entries: readonly Entry[];
  readonly doubt: string | null;
}

/** Directory as the platform reads it, as the entry that it is configured with. */
export class LdapDirectory {
  readonly schema: LdapSchema;
  readonly #outbound: Outbound;
  readonly #settings: LdapSettings;

  constructor(outbound: Outbound, settings: LdapSettings) {
    this.#outbound = outbound;
    this.#settings = settings;
    const { userFilter, groupFilter } = settings;
    this.schema = {
      ...SCHEMAS[settings.schema],
      ...(userFilter === undefined ? {} : { userFilter }),
      ...(groupFilter === undefined ? {} : { groupFilter }),
    };
  }

  /** Opens a connection without credentials. @throws ProviderError. */
  connect(signal: AbortSignal): Promise<void> {
    return this.#converse(signal, async (client) => {
      await client.search('', { scope: 'base', attributes: ['1.1'] }).catch((error: unknown) => {
        // A directory that answers can be reached, even if it shows nothing to strangers.
        if (!(error instanceof ResultCodeError)) throw error;
      });
    });
  }

  /** Binds as the configured entry. @throws ProviderError. */
  bind(signal: AbortSignal): Promise<void> {
    return this.#bound(signal, async () => undefined);
  }

  /** Returns all entries of users. @throws ProviderError. */
  users(signal: AbortSignal): Promise<Found> {
    const { userFilter: filter } = this.schema;
    return this.#bound(signal, (client) => this.#searchAll(client, filter, userAttributes(this.schema)));
  }

  /** Returns all entries of groups with all of their members. @throws ProviderError. */
  groups(signal: AbortSignal): Promise<Found> {
    const { groupFilter: filter, id, members, memberNames } = this.schema;
    return this.#bound(signal, async (client) => {
      const found = await this.#searchAll(client, filter, [id, 'cn', ...members, ...memberNames]);
      const entries: Entry[] = [];
      for (const entry of found.entries) entries.push(await completeMembers(client, entry, signal));
      return { ...found, entries };
    });
  }

  /**
   * Returns the user with this name and password; null when there is no such user, it is disabled, or the password is wrong.
   * @throws ProviderError when the directory cannot tell.
   */
  async authenticate(name: string, password: string, signal: AbortSignal): Promise<ExternalUser | null> {
    // An empty password is an anonymous bind, which proves nothing (RFC 4513 §5.1.2).
    if (name === '' || password === '') return null;
    const { userFilter, names, id } = this.schema;
    const named = names.map((attribute) => `(${attribute}=${Filter.escape(name)})`).join('');
    return this.#bound(signal, async (client) => {
      const { searchEntries } = await client.search(this.#settings.baseDn, {
        scope: 'sub',
        filter: `(&${userFilter}(|${named}))`,
        attributes: userAttributes(this.schema),
        explicitBufferAttributes: binaryOf(id),
        sizeLimit: 2,
      });
      const [entry] = searchEntries;
      if (!entry || searchEntries.length > 1) return null;
      const user = userOf(entry, this.schema);
      if (!user.isEnabled || user.id === '') return null;
      try {
        await client.bind(entry.dn, password);
        return user;
      } catch (error) {
        if (error instanceof InvalidCredentialsError) return null;
        throw error;
      }
    });
  }

  #bound<T>(signal: AbortSignal, run: (client: Client) => Promise<T>): Promise<T> {
    return this.#converse(signal, async (client) => {
      await client.bind(this.#settings.bindDn, this.#settings.bindPassword);
      return run(client);
    });
  }

  async #converse<T>(signal: AbortSignal, run: (client: Client) => Promise<T>): Promise<T> {
    const { url, startTls, certificateAuthority = null } = this.#settings;
    const server = { url, startTls, certificateAuthority, guard: this.#outbound.guard };
    try {
      return await withDirectoryClient(server, { timeoutMs: TIMEOUT_MS, signal }, run);
    } catch (error) {
      signal.throwIfAborted();
      throw asProviderError(new URL(url).host, error);
    }
  }

  /**
   * Reads all pages of a search. A page without entries ends the reading, although a directory may send such pages in between
   * (RFC 2696 §3): a listing that ends with one is read again in pages of another size, and doubted if that ends so too.
   */
  async #searchAll(client: Client, filter: string, attributes: readonly string[]): Promise<Found> {
    let entries: Entry[] = [];
    for (const pageSize of PAGE_SIZES) {
      entries = [];
      let last = 0;
      const pages = client.searchPaginated(this.#settings.baseDn, {
        scope: 'sub',
        filter,
        attributes: [...attributes],
        explicitBufferAttributes: binaryOf(this.schema.id),
        paged: { pageSize },
      });
      for await (const { searchEntries } of pages) {
        entries.push(...searchEntries);
        last = searchEntries.length;
      }
      if (last > 0) return { entries, doubt: null };
    }
    return { entries, doubt: entries.length === 0 ? null : 'it ended with an empty page' };
  }
}

function binaryOf(id: string): string[] {
  return id === 'objectGUID' ? [id] : [];
}

/**
 * Returns a group with all values of an attribute of which Active Directory returned a range, as `member;range=0-1499`
 * (MS-ADTS §3.1.1.3.1.3.3).
 */
async function completeMembers(client: Client, entry: Entry, signal: AbortSignal): Promise<Entry> {
  const complete: Entry = { ...entry };
  for (const key of Object.keys(entry)) {
    const [, attribute = '', end = '*'] = /^([^;]+);range=\d+-(\d+|\*)$/i.exec(key) ?? [];
    if (attribute === '') continue;
    const values = valuesOf(entry, key);
    let next = end === '*' ? null : Number(end) + 1;
    for (let i = 0; next !== null; i += 1) {
      signal.throwIfAborted();
      if (i > RANGES_MAX) throw new Error(`${entry.dn} has too many members`);
      const range: { values: string[]; next: number | null } = await readRange(client, entry.dn, {
        attribute,
        next,
      });
      values.push(...range.values);
      ({ next } = range);
    }
    complete[attribute] = values;
  }
  return complete;
}

async function readRange(
  client: Client,
  dn: string,
  { attribute, next }: { readonly attribute: string; readonly next: number },
): Promise<{ values: string[]; next: number | null }> {
  const { searchEntries } = await client.search(dn, {
    scope: 'base',
    filter: '(objectClass=*)',
    attributes: [`${attribute};range=${next}-*`],
  });
  const entry = searchEntries[0];
  const key = Object.keys(entry ?? {}).find((name) => /;range=\d+-(?:\d+|\*)$/i.test(name));
  if (!entry || key === undefined) throw new Error(`the rest of the members of ${dn} cannot be read`);
  const end = key.slice(key.lastIndexOf('-') + 1);
  return { values: valuesOf(entry, key), next: end === '*' ? null : Number(end) + 1 };
}

function asProviderError(host: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const reason = error instanceof Error ? error.message.trim() : String(error);
  if (error instanceof InvalidCredentialsError)
    return new ProviderError('answer', `${host} rejected the bind DN or its password.`, 401, error);
  if (error instanceof ResultCodeError) {
    return new ProviderError(
      'answer',
      `${host} refused the request: ${error.name}: ${reason}`,
      undefined,
      error,
    );
  }
  return new ProviderError('connect', `The connection to ${host} failed: ${reason}`, undefined, error);
}

/** Returns the name of a group. */
export function groupOf(entry: Entry, schema: LdapSchema): { readonly id: string; readonly name: string } {
  return { id: entryId(entry, schema), name: valuesOf(entry, 'cn')[0] ?? '' };
}
