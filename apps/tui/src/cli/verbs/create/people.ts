import { createAccessToken } from '@portolan/contract/access-tokens';
import { createCluster } from '@portolan/contract/clusters';
import { createKey } from '@portolan/contract/keys';
import { invite } from '@portolan/contract/members';
import { createPasswordLink } from '@portolan/contract/one-time-links';
import { PERMISSIONS, ROLES } from '@portolan/contract/permissions';
import { createGroup, createUser } from '@portolan/contract/users';
import { usageFailure } from '@portolan/console/failure';
import { connect } from '../../connect.ts';
import { platformFlags, resultOutputFlag } from '../../flags.ts';
import { listOf, oneOf, oneWord } from '../../read-words.ts';
import { report } from '../../result.ts';
import { momentIn, readSeconds } from '../../times.ts';
import type { Flags, Verb } from '../../verb.ts';

const common: Flags = { ...resultOutputFlag, ...platformFlags };
const expiresFlag = (help: string): Flags => ({
  expires: { type: 'string', value: 'TIME', help: `${help}, such as 30d or 12h; a number alone is in days` },
});

export const createUserVerb: Verb = {
  usage: 'E-MAIL',
  details: 'A user uses APIs; whoever administers this workspace is a member (portolan create member).',
  examples: ['portolan create user ada@example.com --group crew --first-name Ada'],
  flags: {
    'first-name': { type: 'string', value: 'NAME', help: 'first name' },
    'last-name': { type: 'string', value: 'NAME', help: 'last name' },
    company: { type: 'string', value: 'NAME', help: 'company' },
    group: {
      type: 'string',
      short: 'g',
      multiple: true,
      value: 'NAME',
      complete: { of: 'groups' },
      help: 'a group to put the user in, again for more; made if it is not there',
    },
    ...common,
  },
  async run(args, io) {
    const email = oneWord(args, 'Who?', 'portolan create user E-MAIL');
    const { client, workspace } = await connect(args, io);
    const body = {
      email,
      firstName: args.text('first-name') ?? '',
      lastName: args.text('last-name') ?? '',
      company: args.text('company') ?? '',
      groups: listOf(args, 'group'),
    };
    const user = await client.call(createUser, { params: { workspace }, body });
    const name = `user/${user.email}`;
    await report(io, args, { line: `${name} created`, name, object: user });
    return 0;
  },
};

export const createGroupVerb: Verb = {
  usage: 'NAME',
  examples: ['portolan create group crew'],
  flags: common,
  async run(args, io) {
    const wanted = oneWord(args, 'Which group?', 'portolan create group NAME');
    const { client, workspace } = await connect(args, io);
    const group = await client.call(createGroup, { params: { workspace }, body: { name: wanted } });
    const name = `group/${group.name}`;
    await report(io, args, { line: `${name} created`, name, object: group });
    return 0;
  },
};

export const createKeyVerb: Verb = {
  usage: 'NAME --user E-MAIL',
  details: 'The key alone goes to standard output, this once; only its hash is kept.',
  examples: [
    'portolan create key checkin --user ada@example.com',
    'portolan create key ci --user ci@example.com --expires 90d > ci.key',
  ],
  flags: {
    user: { type: 'string', value: 'E-MAIL', complete: { of: 'users' }, help: 'whose key it is' },
    ...expiresFlag('when it stops working; never when absent'),
    ...common,
  },
  async run(args, io) {
    const wanted = oneWord(args, 'Which name?', 'portolan create key NAME --user E-MAIL');
    const user = args.text('user');
    if (user === undefined) throw usageFailure('Whose key?', 'Say it with --user E-MAIL.');
    const expires = args.text('expires');
    const expiresAt =
      expires === undefined ? {} : { expiresAt: momentIn(readSeconds(expires, 'expires', 'd')) };
    const { client, workspace } = await connect(args, io);
    const key = await client.call(createKey, {
      params: { workspace },
      body: { user, name: wanted, ...expiresAt },
    });
    await report(io, args, {
      line: `key/${key.name} of ${key.userEmail} created; it is shown this once`,
      name: `key/${key.name}`,
      object: key,
      secret: key.key,
    });
    return 0;
  },
};

export const createClusterVerb: Verb = {
  usage: 'NAME',
  details: 'The token for its agent alone goes to standard output, this once.',
  examples: ['portolan create cluster prod-eu > agent-token'],
  flags: common,
  async run(args, io) {
    const wanted = oneWord(args, 'Which cluster?', 'portolan create cluster NAME');
    const { client, workspace } = await connect(args, io);
    const made = await client.call(createCluster, { params: { workspace }, body: { name: wanted } });
    await report(io, args, {
      line: `cluster/${made.name} enrolled; its agent token is shown this once`,
      name: `cluster/${made.name}`,
      object: made,
      secret: made.token,
    });
    return 0;
  },
};

export const createMemberVerb: Verb = {
  usage: 'E-MAIL --role ROLE',
  details:
    'The invitation is mailed; where no mail server is set up, its link alone goes to standard output, this once.',
  examples: ['portolan create member grace@example.com --role editor'],
  flags: {
    role: { type: 'string', value: 'ROLE', choices: ROLES, help: ROLES.join(', ') },
    ...common,
  },
  async run(args, io) {
    const email = oneWord(args, 'Who?', 'portolan create member E-MAIL --role ROLE');
    const role = oneOf(ROLES, args.text('role'), 'role');
    const { client, workspace } = await connect(args, io);
    const made = await client.call(invite, { params: { workspace }, body: { email, role } });
    await report(io, args, {
      line: invitedLine(`invitation/${email}`, made),
      name: `invitation/${email}`,
      object: made,
      secret: made.url,
    });
    return 0;
  },
};

export const createPasswordLinkVerb: Verb = {
  usage: 'E-MAIL',
  details:
    'With the link a user sets their password; an earlier one stops working. Where it cannot be mailed, it alone goes to\nstandard output, this once.',
  examples: ['portolan create password-link ada@example.com'],
  complete: [{ of: 'users' }],
  flags: common,
  async run(args, io) {
    const user = oneWord(args, 'Whose?', 'portolan create password-link E-MAIL');
    const { client, workspace } = await connect(args, io);
    const made = await client.call(createPasswordLink, { params: { workspace, user } });
    const name = `password-link/${user}`;
    await report(io, args, { line: invitedLine(name, made), name, object: made, secret: made.url });
    return 0;
  },
};

function invitedLine(name: string, made: { mailed: boolean; problem: string | null }): string {
  if (made.mailed) return `${name} mailed`;
  const why = made.problem === null ? '' : ` It could not be mailed: ${made.problem}.`;
  return `${name} created; it is shown this once.${why}`;
}

const TOKEN_DAYS_DEFAULT = '30d';

export const createTokenVerb: Verb = {
  usage: 'NAME',
  details:
    'A personal access token acts as you, for programs: it alone goes to standard output, this once. Give it to them as\nPORTOLAN_TOKEN or with --token-file.',
  examples: [
    'portolan create token ci --expires 90d --scope resources.read,resources.write > token',
    'PORTOLAN_TOKEN=$(cat token) portolan apply -f api.yaml',
  ],
  flags: {
    scope: {
      type: 'string',
      multiple: true,
      value: 'RIGHT',
      complete: PERMISSIONS,
      help: 'what it is limited to, again or with commas for more; all you have when absent',
    },
    ...expiresFlag(`when it stops working; ${TOKEN_DAYS_DEFAULT} when absent`),
    ...common,
  },
  async run(args, io) {
    const wanted = oneWord(args, 'Which name?', 'portolan create token NAME');
    const scopes = listOf(args, 'scope').map((one) => oneOf(PERMISSIONS, one, 'right'));
    const seconds = readSeconds(args.text('expires') ?? TOKEN_DAYS_DEFAULT, 'expires', 'd');
    const { client } = await connect(args, io);
    const made = await client.call(createAccessToken, {
      body: { name: wanted, expiresAt: momentIn(seconds), ...(scopes.length === 0 ? {} : { scopes }) },
    });
    await report(io, args, {
      line: `token/${made.name} created, valid until ${made.expiresAt}; it is shown this once`,
      name: `token/${made.name}`,
      object: made,
      secret: made.token,
    });
    return 0;
  },
};
