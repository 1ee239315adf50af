import { createCluster } from '@portolan/contract/clusters';
import { createKey } from '@portolan/contract/keys';
import { createGroup, createUser, updateUser } from '@portolan/contract/users';
import { Failure, usageFailure } from '../../failure.ts';
import { apis } from '../../kinds/apis.ts';
import { grantApi } from '../../kinds/grant.ts';
import { findRow, type Session } from '../../kinds/kind.ts';
import { users } from '../../kinds/users.ts';
import { connect } from '../connect.ts';
import { print, tell, type Io } from '../io.ts';
import { platformFlags, type Arguments, type Verb } from '../verb.ts';

type Make = (
  session: Session,
  name: string,
  args: Arguments,
) => Promise<{ readonly line: string; readonly object: unknown; readonly secret?: string }>;

const makers: Readonly<Record<string, Make>> = {
  async user({ client, workspace }, email, args) {
    const firstName = args.text('first-name');
    const body = {
      email,
      lastName: args.text('last-name') ?? '',
      company: args.text('company') ?? '',
      groups: args.texts('group').flatMap((one) => one.split(',')),
      ...(firstName === undefined ? {} : { firstName }),
    };
    const user = await client.call(createUser, { params: { workspace }, body });
    return { line: `user/${user.email} created`, object: user };
  },
  async group({ client, workspace }, name) {
    const group = await client.call(createGroup, { params: { workspace }, body: { name } });
    return { line: `group/${group.name} created`, object: group };
  },
  async key({ client, workspace }, name, args) {
    const user = args.text('user');
    if (user === undefined) throw usageFailure('Whose key?', 'Say it with --user E-MAIL.');
    const days = args.text('expires');
    const key = await client.call(createKey, {
      params: { workspace },
      body: { user, name, ...(days === undefined ? {} : { expiresAt: expiryOf(days) }) },
    });
    return {
      line: `key/${key.name} of ${key.userEmail} created; it is shown this once`,
      object: key,
      secret: key.key,
    };
  },
  async cluster({ client, workspace }, name) {
    const cluster = await client.call(createCluster, { params: { workspace }, body: { name } });
    return {
      line: `cluster/${cluster.name} enrolled; its agent token is shown this once`,
      object: cluster,
      secret: cluster.token,
    };
  },
};

export const createVerb: Verb = {
  name: 'create',
  usage: 'user|group|key|cluster NAME',
  summary: 'Create a user, a group, an API key, or enrol a cluster',
  examples: [
    'portolan create user ada@example.com --group crew',
    'portolan create key checkin-app --user ada@example.com',
    'portolan create cluster prod-eu',
  ],
  flags: {
    'first-name': { type: 'string', value: 'NAME', help: 'of a user' },
    'last-name': { type: 'string', value: 'NAME', help: 'of a user' },
    company: { type: 'string', value: 'NAME', help: 'of a user' },
    group: { type: 'string', multiple: true, value: 'NAME', help: 'a group of the user, again for more' },
    user: { type: 'string', value: 'E-MAIL', help: 'whose key it is' },
    expires: { type: 'string', value: 'DAYS', help: 'days until the key expires; never when absent' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'text or json' },
    ...platformFlags,
  },
  async run(args, io) {
    const [word = '', name] = args.words;
    const make = Object.hasOwn(makers, word) ? makers[word] : undefined;
    if (make === undefined || name === undefined)
      throw usageFailure(
        'What is to be created?',
        `portolan create ${Object.keys(makers).join('|')} NAME. Kubernetes objects: portolan apply -f FILE.`,
      );
    const { line, object, secret } = await make(await connect(args, io), name, args);
    return report(io, { line, object, secret, isJson: args.text('output') === 'json' });
  },
};

function report(
  io: Io,
  made: { line: string; object: unknown; secret: string | undefined; isJson: boolean },
): number {
  if (made.isJson) {
    print(io, JSON.stringify(made.object, null, 2));
    return 0;
  }
  // A secret is data: it alone goes to stdout, so that it can be captured.
  if (made.secret === undefined) print(io, made.line);
  else {
    tell(io, made.line);
    print(io, made.secret);
  }
  return 0;
}

export const grantVerb: Verb = {
  name: 'grant',
  usage: 'GROUP api NAME | GROUP user E-MAIL',
  summary: 'Open an API to a group, or put a user in it',
  examples: ['portolan grant crew api flights', 'portolan grant crew user ada@example.com'],
  flags: platformFlags,
  async run(args, io) {
    const [group, what, name] = args.words;
    if (group === undefined || name === undefined || (what !== 'api' && what !== 'user'))
      throw usageFailure(
        'Who gets what?',
        'portolan grant GROUP api NAME, or portolan grant GROUP user E-MAIL.',
      );
    const session = await connect(args, io);
    print(
      io,
      what === 'api' ? await grantToApi(session, group, name) : await addToGroup(session, group, name),
    );
    return 0;
  },
};

async function grantToApi(session: Session, group: string, name: string): Promise<string> {
  const api = await findRow(apis, session, name);
  if (api === null)
    throw new Failure(
      `There is no API "${name}" in workspace ${session.workspace}.`,
      'List them: portolan get apis',
    );
  return grantApi(session, api, group);
}

async function addToGroup(session: Session, group: string, email: string): Promise<string> {
  const user = await findRow(users, session, email);
  if (user === null)
    throw new Failure(
      `There is no user "${email}" in workspace ${session.workspace}.`,
      'List them: portolan get users',
    );
  if (user.groups.includes(group)) return `user/${user.email} unchanged: already in ${group}`;
  const { client, workspace } = session;
  await client.call(updateUser, {
    params: { workspace, user: user.id },
    body: { groups: [...user.groups, group], revision: user.revision },
  });
  return `user/${user.email} configured: now in ${[...user.groups, group].join(', ')}`;
}

function expiryOf(days: string): string {
  const count = Number(days);
  if (!(count > 0)) throw usageFailure(`--expires cannot be "${days}".`, 'Give a number of days.');
  return new Date(Date.now() + count * 86_400_000).toISOString();
}
