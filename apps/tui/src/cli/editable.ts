import { dictionary } from '@portolan/contract/dictionary';
import type { Plan } from '@portolan/console/actions/action';
import { parseManifest } from '@portolan/console/actions/manifests';
import { planEdit, seeObject, type ObjectRow } from '@portolan/console/actions/objects';
import { userEdit } from '@portolan/console/actions/users';
import { setRules } from '@portolan/console/actions/alerts';
import { getAlertRule, updateAlertRule, type AlertRule } from '@portolan/contract/alerts';
import { getUser, updateUser, type User } from '@portolan/contract/users';
import { Failure, usageFailure } from '@portolan/console/failure';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { formatOwner } from '@portolan/console/kinds/format';
import type { Session } from '@portolan/console/kinds/kind';
import { withoutNoise } from '@portolan/console/kinds/manifest-noise';
import { users } from '@portolan/console/kinds/users';
import { checkFields } from '@portolan/console/actions/check-fields';
import { findOnly, isObjectRow, type Place } from './find-rows.ts';
import type { Target } from './targets.ts';
import { objectName } from './manifest-object.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

export type Fields = Readonly<Record<string, unknown>>;

/** An object whose fields a person can edit as text, with what is needed to save it without overwriting others' changes. */
export interface Editable {
  /** `user/ada@example.com` */
  readonly name: string;
  readonly isManifest: boolean;
  readonly fields: Fields;
  /** Returns the fields as they are now, to show what others changed meanwhile. */
  current(): Promise<Fields>;
  /** Parses a text; throws Failure with what is wrong with it. */
  check(text: string): Promise<Fields>;
  /** Plans the change; its steps throw PlatformError `revision-mismatch` when others changed it since it was read. */
  plan(fields: Fields): Promise<Pick<Plan, 'warnings' | 'steps'>>;
}

export async function openEditable(
  session: Session,
  target: Target & { readonly name: string },
  place: Place,
): Promise<Editable> {
  const { kind, name } = target;
  const open = plain[kind.name];
  const row = await findOnly(session, target, { name, place, outcome: 'Nothing was changed.' });
  if (isObjectRow(row)) return openObject(session, row);
  if (open !== undefined) return open(session, row);
  throw usageFailure(
    `${kind.title} cannot be edited.`,
    kind.name === 'groups'
      ? `Rename a group with: portolan rename group ${name} NEW-NAME`
      : `Editable kinds: ${Object.keys(plain).join(', ')}, and Kubernetes kinds.`,
  );
}

type Open = (session: Session, row: unknown) => Editable;

const plain = dictionary<Open>({
  [users.name]: (session, row) => openUser(session, row as User),
  [alertRules.name]: (session, row) => openRule(session, row as AlertRule),
});

async function openObject(session: Session, row: ObjectRow): Promise<Editable> {
  const { object, revision } = await seeObject(session, row);
  const name = objectName(object);
  if (row.owner.kind !== 'platform')
    throw new Failure(
      `${name} belongs to ${formatOwner(row.owner)}.`,
      'Nothing was changed. Change it there.',
    );
  const fieldsOf = (one: typeof object) => withoutNoise(one) as Fields;
  return {
    name,
    isManifest: true,
    fields: fieldsOf(object),
    current: async () => fieldsOf((await seeObject(session, row)).object),
    check: parseManifest,
    plan: async (fields) =>
      planEdit(session, row, { object: await parseManifest(formatYaml(fields)), seenRevision: revision }),
  };
}

function openUser(session: Session, user: User): Editable {
  const { client, workspace } = session;
  const params = { workspace, user: user.id };
  const fieldsOf = (one: User) => ({
    email: one.email,
    firstName: one.firstName,
    lastName: one.lastName,
    company: one.company,
    groups: one.groups,
    state: one.state,
  });
  return {
    name: `user/${user.email}`,
    isManifest: false,
    fields: fieldsOf(user),
    current: async () => fieldsOf(await client.call(getUser, { params })),
    check: async (text) => checkFields(text, updateUser.body, Object.keys(fieldsOf(user))),
    async plan(fields) {
      const { groups, ...rest } = updateUser.body.parse({ ...fieldsOf(user), ...fields });
      const { revision: _, ...values } = rest;
      return userEdit.plan(session, [user], { ...values, group: groups ?? [] });
    },
  };
}

function openRule(session: Session, rule: AlertRule): Editable {
  const { client, workspace } = session;
  const params = { workspace, rule: rule.id };
  const fieldsOf = ({ name, severity, enabled, scope, threshold }: AlertRule) => {
    const { clusterName: _name, ...watched } = scope;
    return { name, severity, enabled, scope: watched, threshold };
  };
  return {
    name: `rule/${rule.name}`,
    isManifest: false,
    fields: fieldsOf(rule),
    current: async () => fieldsOf(await client.call(getAlertRule, { params })),
    check: async (text) => checkFields(text, updateAlertRule.body, Object.keys(fieldsOf(rule))),
    async plan(fields) {
      const body = updateAlertRule.body.parse(fields);
      return { warnings: [], steps: setRules(session, [rule], () => body) };
    },
  };
}
