import { createUser, deleteUser, updateUser, type User } from '@portolan/contract/users';
import type { Command } from '../../commands/command.ts';
import { groups } from '../../kinds/groups.ts';
import { users } from '../../kinds/users.ts';
import { Form, type Values } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';
import { newKeyForm } from '../keys/new-key-form.ts';

const KINDS = ['users'];

/** Creating, changing, disabling and deleting users, and giving them keys. */
export const userCommands: readonly Command[] = [
  {
    id: 'users.new',
    title: 'New user',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'new',
    danger: 0,
    run: (app) => app.openOverlay(newUserForm(app)),
  },
  {
    id: 'users.edit',
    title: 'Edit the user',
    keys: ['i', 'e'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'edit',
    danger: 0,
    disabled: (app) => needsOne(app),
    run(app) {
      const [user] = app.targets(users);
      if (user) app.openOverlay(editUserForm(app, user));
    },
  },
  {
    id: 'users.key',
    title: 'New API key for the user',
    keys: ['K'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    hint: 'key',
    danger: 0,
    disabled: (app) => needsOne(app),
    run(app) {
      const [user] = app.targets(users);
      if (user) app.openOverlay(newKeyForm(app, user.email));
    },
  },
  {
    id: 'users.disable',
    title: 'Disable or enable the user',
    keys: ['ctrl-x'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 1,
    disabled: (app) => needsOne(app),
    plan(app) {
      const [user] = app.targets(users);
      if (!user) return null;
      const state = user.state === 'active' ? 'disabled' : 'active';
      const set = (to: User['state']) =>
        app.session.client.call(updateUser, {
          params: { workspace: app.session.workspace, user: user.id },
          body: { state: to },
        });
      return {
        title: `${state === 'disabled' ? 'Disable' : 'Enable'} ${user.email}`,
        action: state === 'disabled' ? 'Disable' : 'Enable',
        object: user.email,
        lines: [
          state === 'disabled'
            ? `${user.email} and the ${user.keys} keys of this user are refused at every gateway within a second.`
            : `${user.email} and active keys of this user are accepted again.`,
        ],
        async run() {
          await set(state);
          return `${user.email} is ${state}.`;
        },
        undo: {
          title: `make ${user.email} ${user.state} again`,
          async run() {
            await set(user.state);
            return `${user.email} is ${user.state} again.`;
          },
        },
      };
    },
  },
  {
    id: 'users.delete',
    title: 'Delete users',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 3,
    disabled: (app) => (app.targets(users).length > 0 ? null : 'there is no user here'),
    plan(app) {
      const targets = app.targets(users);
      const [first] = targets;
      if (!first) return null;
      const { client, workspace } = app.session;
      const keyCount = targets.reduce((sum, user) => sum + user.keys, 0);
      return {
        title: targets.length === 1 ? `Delete ${first.email}` : `Delete ${targets.length} users`,
        action: 'Delete',
        typed: app.confirmWord(targets.length === 1 ? first.email : String(targets.length)),
        object: targets.map((user) => user.email).join(', '),
        lines: [
          ...targets.map(
            (user) => `${user.email}  groups: ${user.groups.join(', ') || 'none'}  keys: ${user.keys}`,
          ),
          { tone: 'bad', text: `${keyCount} API keys stop working within a second. This cannot be undone.` },
        ],
        async run() {
          for (const user of targets) await client.call(deleteUser, { params: { workspace, user: user.id } });
          return targets.length === 1 ? `${first.email} is deleted.` : `${targets.length} users are deleted.`;
        },
      };
    },
  },
];

function needsOne(app: App): string | null {
  const { length } = app.targets(users);
  return length === 1
    ? null
    : length === 0
      ? 'there is no user here'
      : 'it takes one user and several are marked';
}

function userFields(app: App, user?: User) {
  return [
    { name: 'email', label: 'E-mail', value: user?.email ?? '', hint: 'ada@example.com' },
    { name: 'firstName', label: 'First name', value: user?.firstName ?? '' },
    { name: 'lastName', label: 'Last name', value: user?.lastName ?? '' },
    { name: 'company', label: 'Company', value: user?.company ?? '' },
    {
      name: 'groups',
      label: 'Groups',
      value: user?.groups.join(', ') ?? '',
      hint: 'comma-separated; tab completes',
      choices: app.labelsOf(groups),
      isList: true,
    },
  ];
}

function bodyOf(values: Values) {
  const { email = '', firstName = '', lastName = '', company = '', groups: names = '' } = values;
  return {
    email,
    firstName,
    lastName,
    company,
    groups: names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  };
}

function newUserForm(app: App): Form {
  return new Form({
    title: 'New user',
    action: 'create the user',
    fields: userFields(app),
    async submit(values) {
      const { client, workspace } = app.session;
      // Absent and empty names mean the same, and the contract takes them absent.
      const { firstName, ...rest } = bodyOf(values);
      const user = await client.call(createUser, {
        params: { workspace },
        body: firstName === '' ? rest : { ...rest, firstName },
      });
      app.closeOverlay();
      await app.showMade(users, user.id);
      app.did({
        what: 'New user',
        object: user.email,
        result: `${user.email} is created; K gives this user a key.`,
      });
    },
  });
}

function editUserForm(app: App, user: User): Form {
  return new Form({
    title: `Edit ${user.email}`,
    action: 'save',
    fields: userFields(app, user),
    async submit(values) {
      const { client, workspace } = app.session;
      const params = { workspace, user: user.id };
      await client.call(updateUser, { params, body: { ...bodyOf(values), revision: user.revision } });
      app.closeOverlay();
      app.did({
        what: 'Edit the user',
        object: user.email,
        result: `${values['email'] ?? user.email} is saved.`,
        undo: {
          title: `give ${user.email} the former values`,
          async run() {
            const { firstName, lastName, company, email, groups: names } = user;
            await client.call(updateUser, {
              params,
              body: { firstName, lastName, company, email, groups: names },
            });
            return `${user.email} is as before.`;
          },
        },
      });
    },
  });
}
