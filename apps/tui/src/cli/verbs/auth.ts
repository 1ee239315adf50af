import { dictionary } from '@portolan/contract/dictionary';
import { listAccessTokens } from '@portolan/contract/access-tokens';
import { PERMISSIONS, ROLE_PERMISSIONS, type Permission } from '@portolan/contract/permissions';
import { usageFailure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { connect } from '../connect.ts';
import { findKind } from '../find-kind.ts';
import { platformFlags } from '../flags.ts';
import { print } from '../../terminal/io.ts';
import { oneOf } from '../read-words.ts';
import type { Verb } from '../verb.ts';

const READS = ['get', 'list', 'watch', 'describe'] as const;
const WRITES = [
  'create',
  'update',
  'patch',
  'edit',
  'apply',
  'delete',
  'grant',
  'revoke',
  'enable',
  'disable',
  'suspend',
  'resume',
  'drain',
  'approve',
] as const;

/** Which right a kind of Portolan's own is under; what is not here is a resource. */
const RIGHTS = dictionary<string>({
  users: 'users',
  groups: 'users',
  keys: 'keys',
  clusters: 'clusters',
  tunnels: 'clusters',
  brokers: 'clusters',
  domains: 'resources',
  subscriptions: 'resources',
  applications: 'resources',
  plans: 'resources',
  catalog: 'resources',
  logs: 'logs',
  alerts: 'alerts',
  rules: 'alerts',
  members: 'members',
  invitations: 'members',
  providers: 'providers',
  audit: 'audit',
});

const UNCHANGED = ['audit', 'logs'];

export const canIVerb: Verb = {
  usage: 'VERB KIND\nRIGHT\n--list',
  details:
    'Prints yes or no; the exit code is 0 for yes, 1 for no. A token with scopes has only the permissions in them.',
  examples: [
    'portolan auth can-i create users',
    'portolan auth can-i providers.write',
    'portolan auth can-i --list',
  ],
  complete: [[...READS, ...WRITES, ...PERMISSIONS], 'kinds'],
  flags: {
    list: { type: 'boolean', help: 'list all permissions and which of them you have' },
    quiet: { type: 'boolean', short: 'q', help: 'print nothing, only set the exit code' },
    ...platformFlags,
  },
  async run(args, io) {
    const [verb, kind, more] = args.words;
    if (more !== undefined || (verb === undefined) !== args.has('list'))
      throw usageFailure('The permission is missing.', 'portolan auth can-i VERB KIND, or --list.');
    const wanted = verb === undefined ? null : rightOf(verb, kind);
    const session = await connect(args, io);
    const held = await rightsOf(session);
    if (wanted === null) {
      const width = Math.max(...PERMISSIONS.map((one) => one.length));
      print(io, PERMISSIONS.map((one) => `${one.padEnd(width)}  ${held.has(one) ? 'yes' : 'no'}`).join('\n'));
      return 0;
    }
    const isAllowed = held.has(wanted);
    if (!args.has('quiet'))
      print(
        io,
        isAllowed
          ? 'yes'
          : `no: ${wanted} is required, which role ${session.role} or this token does not have`,
      );
    return isAllowed ? 0 : 1;
  },
};

function rightOf(verb: string, kind: string | undefined): Permission {
  if (kind === undefined) return oneOf(PERMISSIONS, verb, 'permission');
  const word = oneOf([...READS, ...WRITES, '*'], verb, 'verb');
  const right = RIGHTS[findKind(kind).kind.name] ?? 'resources';
  const isRead = READS.some((one) => one === word);
  if (!isRead && UNCHANGED.includes(right))
    throw usageFailure(`${kind} can only be read.`, `portolan auth can-i get ${kind}`);
  return oneOf(PERMISSIONS, `${right}.${isRead ? 'read' : 'write'}`, 'permission');
}

async function rightsOf({ client, role }: Session): Promise<ReadonlySet<Permission>> {
  const { items } = await client.call(listAccessTokens, {});
  const scopes = items.find(({ current }) => current)?.scopes ?? null;
  return new Set([...ROLE_PERMISSIONS[role]].filter((one) => scopes === null || scopes.includes(one)));
}
