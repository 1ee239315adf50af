import { userEdit } from '@portolan/console/actions/users';
import { setRules } from '@portolan/console/actions/alerts';
import { getAlertRule, updateAlertRule, type AlertRule } from '@portolan/contract/alerts';
import { planChanges } from '@portolan/contract/changes';
import { applyResources, getResource } from '@portolan/contract/resources';
import { getUser, updateUser, type User } from '@portolan/contract/users';
import { loadManifests } from '@portolan/resources/manifests/load';
import { Failure, usageFailure } from '@portolan/console/failure';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { formatOwner } from '@portolan/console/kinds/format';
import type { Session } from '@portolan/console/kinds/kind';
import { withoutNoise } from '@portolan/console/kinds/manifest-diff';
import { users } from '@portolan/console/kinds/users';
import { checkFields } from '@portolan/console/actions/check-fields';
import { findOnly, isObjectRow, type Place } from './find-rows.ts';
import type { Target } from './targets.ts';
import { faultOf, objectName } from './manifest-object.ts';
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
  check(text: string): Fields;
  /** Saves; throws PlatformError `revision-mismatch` when others changed it since it was read. */
  save(fields: Fields, isDry: boolean): Promise<void>;
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

const plain: Readonly<Record<string, Open>> = {
  [users.name]: (session, row) => openUser(session, row as User),
  [alertRules.name]: (session, row) => openRule(session, row as AlertRule),
};

async function openObject(
  { client, workspace }: Session,
  row: {
    readonly key: string;
    readonly clusterId: string;
    readonly owner: Parameters<typeof formatOwner>[0];
  },
): Promise<Editable> {
  const params = { workspace };
  const query = { cluster: row.clusterId, key: row.key };
  const { object } = await client.call(getResource, { params, query });
  const name = objectName(object);
  if (row.owner.kind !== 'platform')
    throw new Failure(
      `${name} belongs to ${formatOwner(row.owner)}.`,
      'Nothing was changed. Change it there.',
    );
  // The desired state is newer than what the agent has reported.
  const read = async () => {
    const body = { cluster: row.clusterId, objects: [object] };
    const { revision, changes } = await client.call(planChanges, { params, body });
    return { revision, fields: withoutNoise(changes[0]?.before ?? object) as Fields };
  };
  const { revision, fields: held } = await read();
  return {
    name,
    isManifest: true,
    fields: held,
    current: async () => (await read()).fields,
    check(text) {
      const mine = readObject(text);
      const isSame = mine.kind === object.kind && mine.metadata.name === object.metadata.name;
      if (!isSame || (mine.metadata.namespace ?? '') !== (object.metadata.namespace ?? ''))
        throw new Failure('kind, name and namespace identify the object and cannot be changed.');
      return mine;
    },
    async save(fields, isDry) {
      const objects = [readObject(formatYaml(fields))];
      await client.call(applyResources, {
        params,
        body: { cluster: row.clusterId, objects, dryRun: isDry, revision },
      });
    },
  };
}

/** The one object of a text, valid by the rules of its kind. */
function readObject(text: string) {
  const { objects, problems } = loadManifests(text, 'edited');
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (problem) throw new Failure(`line ${problem.line ?? 1}: ${problem.message}`);
  const [first] = objects;
  if (first === undefined || objects.length !== 1)
    throw new Failure(`the text must contain one object, not ${objects.length}`);
  const fault = faultOf(first.object);
  if (fault !== null) throw new Failure(fault);
  return first.object;
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
    check: (text) => checkFields(text, updateUser.body, Object.keys(fieldsOf(user))),
    async save(fields, isDry) {
      const { groups, ...rest } = updateUser.body.parse({ ...fieldsOf(user), ...fields });
      const { revision: _, ...values } = rest;
      const plan = await userEdit.plan(session, [user], { ...values, group: groups ?? [] });
      for (const step of isDry ? [] : plan.steps) await step.run();
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
    check: (text) => checkFields(text, updateAlertRule.body, Object.keys(fieldsOf(rule))),
    async save(fields, isDry) {
      const body = updateAlertRule.body.parse(fields);
      for (const step of isDry ? [] : setRules(session, [rule], () => body)) await step.run();
    },
  };
}
