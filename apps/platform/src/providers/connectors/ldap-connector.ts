import type { Entry } from 'ldapts';
import type { Outbound } from '../../http/outbound.ts';
import type { Connector, ExternalGroup, ExternalPage, ExternalUser, Listing } from './connector.ts';
import { normaliseDn } from './normalise-dn.ts';
import { groupOf, LdapDirectory, type LdapSettings } from './ldap-directory.ts';
import { entryId, userOf, valuesOf } from './ldap-schema.ts';
import { ProviderError } from './provider-http.ts';
import { runTrials } from './trials.ts';

/** Creates a connector for an LDAP directory or Active Directory. */
export function ldapConnector(outbound: Outbound, settings: LdapSettings): Connector {
  const directory = new LdapDirectory(outbound, settings);
  const listing = new DirectoryListing(directory);
  return {
    listing,
    test: (signal) =>
      runTrials(outbound, new URL(settings.url), {
        connect: async () => {
          await directory.connect(signal);
          return settings.startTls
            ? 'the directory answers over TLS (StartTLS)'
            : 'the directory answers over TLS';
        },
        credentials: async () => {
          await directory.bind(signal);
          return 'the bind DN and its password are accepted';
        },
        permissions: async () => {
          const users = await listing.users(null, signal);
          const groups = await listing.groups(null, signal);
          if (users.items.length === 0)
            throw new Error(`No entry below ${settings.baseDn} matches ${directory.schema.userFilter}.`);
          return `${users.items.length} users and ${groups.items.length} groups can be read`;
        },
        claims: async () => {
          const { items } = await listing.users(null, signal);
          const usable = items.filter(({ email }) => email !== '').length;
          return `${usable} of ${items.length} users have an e-mail address; they sign in with their password there`;
        },
      }),
  };
}

/** What a directory holds, read once. */
interface Content {
  readonly users: readonly ExternalUser[];
  readonly groups: readonly ExternalGroup[];
  /** Ids of the users in each group, directly or through groups in it. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly doubt: string | undefined;
}

/**
 * Listing of a directory. Cursors of RFC 2696 end with their connection, so each list is one page; the content is read when it
 * is first needed, also after a restart.
 */
class DirectoryListing implements Listing {
  readonly #directory: LdapDirectory;
  #content: Promise<Content> | undefined;

  constructor(directory: LdapDirectory) {
    this.#directory = directory;
  }

  async users(_cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalUser>> {
    const { users, doubt } = await this.#read(signal);
    return { items: users, next: null, doubt };
  }

  async groups(_cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalGroup>> {
    return { items: (await this.#read(signal)).groups, next: null };
  }

  async members(group: string, _cursor: string | null, signal: AbortSignal): Promise<ExternalPage<string>> {
    return { items: (await this.#read(signal)).members.get(group) ?? [], next: null };
  }

  #read(signal: AbortSignal): Promise<Content> {
    this.#content ??= readContent(this.#directory, signal);
    return this.#content;
  }
}

async function readContent(directory: LdapDirectory, signal: AbortSignal): Promise<Content> {
  const { schema } = directory;
  const users = await directory.users(signal);
  const groups = await directory.groups(signal);
  for (const entry of [...users.entries, ...groups.entries])
    if (entryId(entry, schema) === '')
      throw new ProviderError(
        'answer',
        `The entry ${entry.dn} has no ${schema.id}; the bind DN needs the right to read it.`,
      );
  const ids = new Map(users.entries.map((entry) => [normaliseDn(entry.dn), entryId(entry, schema)]));
  const byName = new Map(
    users.entries.flatMap((entry) =>
      valuesOf(entry, schema.names[0] ?? '').map((name) => [name.toLowerCase(), entryId(entry, schema)]),
    ),
  );
  const graph = new Map(groups.entries.map((entry) => [normaliseDn(entry.dn), entry]));
  const members = new Map<string, readonly string[]>();
  for (const entry of groups.entries) {
    const found = new Set<string>();
    for (const each of nestedGroups(entry, graph, schema.members)) {
      for (const dn of schema.members.flatMap((attribute) => valuesOf(each, attribute))) {
        const id = ids.get(normaliseDn(dn));
        if (id !== undefined) found.add(id);
      }
      for (const name of schema.memberNames.flatMap((attribute) => valuesOf(each, attribute))) {
        const id = byName.get(name.toLowerCase());
        if (id !== undefined) found.add(id);
      }
    }
    members.set(entryId(entry, schema), [...found]);
  }
  return {
    users: users.entries.map((entry) => userOf(entry, schema)),
    groups: groups.entries.map((entry) => groupOf(entry, schema)),
    members,
    doubt: users.doubt ?? groups.doubt ?? undefined,
  };
}

/** Returns a group and all groups in it, each once: groups may contain each other. */
function nestedGroups(
  group: Entry,
  graph: ReadonlyMap<string, Entry>,
  attributes: readonly string[],
): ReadonlySet<Entry> {
  const found = new Set([group]);
  for (const each of found) {
    for (const dn of attributes.flatMap((attribute) => valuesOf(each, attribute))) {
      const nested = graph.get(normaliseDn(dn));
      if (nested) found.add(nested);
    }
  }
  return found;
}
