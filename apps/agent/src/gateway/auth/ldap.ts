import { createHmac, randomBytes } from 'node:crypto';
import { withDirectoryClient } from '@portolan/process/directory-client';
import type { LdapDirectory } from '@portolan/resources/model/authentication';
import type { Identity } from '@portolan/resources/model/request';
import {
  type Client,
  DN,
  Filter,
  InsufficientAccessError,
  InvalidCredentialsError,
  InvalidDNSyntaxError,
  NoSuchObjectError,
} from 'ldapts';
import type { PolicySpec } from '@portolan/resources/model/policy';
import type { Exchange, Stage } from '../exchange/exchange.ts';
import { fieldText } from '../http/header-list.ts';
import { emptyReply, type Reply } from '../http/reply.ts';
import { basicChallenge, readBasic } from './basic.ts';
import { foldDirectoryName } from './directory-name.ts';
import { uncheckedReply } from './refusals.ts';

const TIMEOUT_MS = 5000;
/** How long a password that was right is taken as right, and the name and password of how many callers. */
const KNOWN_MS = 60_000;
const KNOWN_MAX = 10_000;
/** Checks under way; more callers than these are asked to come again. */
const CHECKS_MAX = 64;
const CREDENTIAL_LENGTH_MAX = 1024;

const CHALLENGE = emptyReply(401, ['WWW-Authenticate', 'Basic realm="API"']);

/** Authenticates callers by the user name and password of a directory, sent as HTTP Basic (RFC 7617). */
export function byDirectory(directory: LdapDirectory): (exchange: Exchange) => Promise<Identity | Reply> {
  const passwords = new DirectoryPasswords(directory);
  return async (exchange) => {
    const credentials = readBasic(exchange);
    if (credentials === null) return CHALLENGE;
    const verdict = await passwords.verify(credentials.name, credentials.password);
    if (verdict === 'wrong') return CHALLENGE;
    if (verdict === 'unknown') return uncheckedReply('The password cannot be checked at present.', 1);
    exchange.deleteRequestHeader('authorization');
    const { name } = verdict;
    return {
      kind: 'application',
      userId: name,
      email: '',
      groups: [],
      application: { id: name, namespace: null },
    };
  };
}

/** Creates the stage that asks a directory about the callers of a route. */
export function ldapStage(policy: Extract<PolicySpec, { kind: 'ldap' }>): Stage {
  const passwords = new DirectoryPasswords(policy.directory);
  const realm = policy.challengeRealm;
  const refusal = emptyReply(401, realm === null ? [] : ['WWW-Authenticate', basicChallenge(realm)]);
  return {
    async onRequest(exchange) {
      const credentials = readBasic(exchange);
      if (credentials === null) return refusal;
      const verdict = await passwords.verify(credentials.name, credentials.password);
      if (verdict === 'wrong') return refusal;
      if (verdict === 'unknown') return uncheckedReply('The password cannot be checked at present.', 1);
      if (policy.stripAuthorizationHeader) exchange.deleteRequestHeader('authorization');
      if (policy.forwardUsernameHeader !== null)
        exchange.setRequestHeader(policy.forwardUsernameHeader, fieldText(credentials.name));
      return undefined;
    },
  };
}

/** Returns whether the password is the entry's. @throws Error when the directory cannot say. */
async function isPasswordOf(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof InvalidCredentialsError || error instanceof NoSuchObjectError) return false;
    if (error instanceof InvalidDNSyntaxError) return false;
    throw error;
  }
}

/** A caller whose password was right. */
interface ProvedUser {
  /** As the directory has it: callers choose the case and the spaces of what they send. */
  readonly name: string;
}

type Verdict = ProvedUser | 'wrong' | 'unknown';

/** What a directory says about a user who gave the right password. */
export interface DirectoryUser extends ProvedUser {
  readonly dn: string;
  valuesOf(attribute: string): readonly string[];
}

/** Returns the entry of a user, read as that user; `wrong` for another password, `unknown` while the directory cannot say. */
export async function readDirectoryUser(
  directory: LdapDirectory,
  { name, password }: { readonly name: string; readonly password: string },
  attributes: readonly string[],
): Promise<DirectoryUser | 'wrong' | 'unknown'> {
  // An empty password is an anonymous bind, which proves nothing (RFC 4513 §5.1.2).
  if (name === '' || password === '') return 'wrong';
  if (name.length > CREDENTIAL_LENGTH_MAX || password.length > CREDENTIAL_LENGTH_MAX) return 'wrong';
  return withDirectory(directory, (client) => readUser(client, directory, { name, password, attributes }));
}

/** Binds as a user and reads the entry by the user's own rights. */
async function readUser(
  client: Client,
  directory: LdapDirectory,
  {
    name,
    password,
    attributes,
  }: { readonly name: string; readonly password: string; readonly attributes: readonly string[] },
): Promise<DirectoryUser | 'wrong'> {
  const dn = await findName(client, directory, name);
  if (dn === null || !(await isPasswordOf(client, dn, password))) return 'wrong';
  const names = namesOf(directory);
  const entry = await readEntry(client, dn, [...attributes, ...names]);
  const valuesOf = (attribute: string) => [entry[attribute] ?? []].flat().map(String);
  const folded = foldDirectoryName(name);
  const known = names.flatMap(valuesOf).find((value) => foldDirectoryName(value) === folded);
  return { dn, name: known ?? folded, valuesOf };
}

/** Returns the attributes of an entry that the bound user may read. */
async function readEntry(
  client: Client,
  dn: string,
  attributes: readonly string[],
): Promise<Record<string, unknown>> {
  try {
    const { searchEntries } = await client.search(dn, {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: [...attributes],
    });
    return searchEntries[0] ?? {};
  } catch (error) {
    // Directories may let users bind and read nothing.
    if (error instanceof InsufficientAccessError || error instanceof NoSuchObjectError) return {};
    throw error;
  }
}

/** Returns the attributes that names are compared with: those of `(attribute=%s)` in the filter, or the one names are built from. */
function namesOf({ attribute, searchFilter }: LdapDirectory): readonly string[] {
  if (searchFilter === null) return [attribute];
  return Array.from(searchFilter.matchAll(/\(([\w;-]+)=%s\)/g), ([, name = '']) => name);
}

/** Runs a conversation with a directory; `unknown` while it cannot be reached. */
async function withDirectory<T>(
  directory: LdapDirectory,
  run: (client: Client) => Promise<T>,
): Promise<T | 'unknown'> {
  return withDirectoryClient(directory, { timeoutMs: TIMEOUT_MS }, run).catch(() => 'unknown' as const);
}

/** Returns the distinguished name to bind as; null unless exactly one entry is found. */
async function findName(
  client: Client,
  { bind, baseDn, attribute, searchFilter }: LdapDirectory,
  name: string,
): Promise<string | null> {
  if (searchFilter === null) return `${new DN().addPairRDN(attribute, name).toString()},${baseDn}`;
  if (bind !== null) await client.bind(bind.dn, bind.password);
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    // RFC 4515 §3: what the caller sent is a value, whatever it contains.
    filter: searchFilter.replaceAll('%s', () => Filter.escape(name)),
    attributes: ['1.1'],
    sizeLimit: 2,
  });
  const [found] = searchEntries;
  return found !== undefined && searchEntries.length === 1 ? found.dn : null;
}

/** Checks passwords against a directory, each one at most once a minute. */
class DirectoryPasswords {
  readonly #directory: LdapDirectory;
  readonly #salt = randomBytes(32);
  readonly #known = new Map<string, { readonly user: ProvedUser; readonly until: number }>();
  readonly #checks = new Map<string, Promise<Verdict>>();

  constructor(directory: LdapDirectory) {
    this.#directory = directory;
  }

  async verify(name: string, password: string): Promise<Verdict> {
    // An empty password is an anonymous bind, which proves nothing (RFC 4513 §5.1.2).
    if (name === '' || password === '') return 'wrong';
    if (name.length > CREDENTIAL_LENGTH_MAX || password.length > CREDENTIAL_LENGTH_MAX) return 'wrong';
    const id = createHmac('sha256', this.#salt)
      .update(JSON.stringify([name, password]))
      .digest('base64');
    const known = this.#known.get(id);
    if (known !== undefined && performance.now() < known.until) return known.user;
    const running = this.#checks.get(id);
    if (running !== undefined) return running;
    if (this.#checks.size >= CHECKS_MAX) return 'unknown';
    const check = this.#check(name, password).finally(() => this.#checks.delete(id));
    this.#checks.set(id, check);
    const verdict = await check;
    if (typeof verdict === 'object') this.#remember(id, verdict);
    else this.#known.delete(id);
    return verdict;
  }

  #remember(id: string, { name }: ProvedUser): void {
    this.#known.delete(id);
    this.#known.set(id, { user: { name }, until: performance.now() + KNOWN_MS });
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  #check(name: string, password: string): Promise<Verdict> {
    return withDirectory(this.#directory, (client) =>
      readUser(client, this.#directory, { name, password, attributes: [] }),
    );
  }
}
