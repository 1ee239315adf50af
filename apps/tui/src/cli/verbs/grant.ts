import type { ApiView } from '@portolan/contract/resources';
import { updateUser, type User } from '@portolan/contract/users';
import { usageFailure } from '@portolan/console/failure';
import { grantApi } from '@portolan/console/actions/grant';
import type { Session } from '@portolan/console/kinds/kind';
import { connect } from '../connect.ts';
import { findKind } from '../find-kind.ts';
import { findOnly, placeOf } from '../find-rows.ts';
import { clusterFlag, namespaceFlag, platformFlags } from '../flags.ts';
import { print } from '../io.ts';
import { revokeApi } from '@portolan/console/actions/revoke';
import type { Verb } from '../verb.ts';

interface Change {
  readonly verb: string;
  /** Each answers in a sentence what is true now. */
  api(session: Session, api: ApiView, group: string): Promise<string>;
  user(session: Session, user: User, group: string): Promise<string>;
}

export const grantVerb = changeVerb(
  { verb: 'grant', api: grantApi, user: addToGroup },
  'The API becomes reachable for the group: its APIAccess is made, and listed by a gateway.',
);

export const revokeVerb = changeVerb(
  { verb: 'revoke', api: revokeApi, user: removeFromGroup },
  'What manifests or GitOps grant is taken back there; it says where.',
);

function changeVerb(change: Change, details: string): Verb {
  const { verb } = change;
  return {
    usage: 'GROUP api NAME\nGROUP user E-MAIL',
    details,
    examples: [`portolan ${verb} crew api flights`, `portolan ${verb} crew user ada@example.com`],
    complete: [{ of: 'groups' }, ['api', 'user'], { of: 'users' }],
    flags: { ...namespaceFlag, ...clusterFlag, ...platformFlags },
    async run(args, io) {
      const [group, what, name, more] = args.words;
      if (
        group === undefined ||
        name === undefined ||
        more !== undefined ||
        (what !== 'api' && what !== 'user')
      )
        throw usageFailure(
          'Which group, and what?',
          `portolan ${verb} GROUP api NAME, or portolan ${verb} GROUP user E-MAIL.`,
        );
      const session = await connect(args, io);
      const row = await findOnly(session, findKind(what), {
        name,
        place: placeOf(args),
        outcome: 'Nothing was done.',
      });
      print(
        io,
        what === 'api'
          ? await change.api(session, row as ApiView, group)
          : await change.user(session, row as User, group),
      );
      return 0;
    },
  };
}

async function addToGroup(session: Session, user: User, group: string): Promise<string> {
  if (user.groups.includes(group)) return `user/${user.email} unchanged: already in ${group}`;
  return setGroups(session, user, [...user.groups, group]);
}

async function removeFromGroup(session: Session, user: User, group: string): Promise<string> {
  if (!user.groups.includes(group)) return `user/${user.email} unchanged: not in ${group}`;
  return setGroups(
    session,
    user,
    user.groups.filter((one) => one !== group),
  );
}

async function setGroups({ client, workspace }: Session, user: User, groups: string[]): Promise<string> {
  const body = { groups, revision: user.revision };
  await client.call(updateUser, { params: { workspace, user: user.id }, body });
  return `user/${user.email} configured: now in ${groups.join(', ') || 'no group'}`;
}
