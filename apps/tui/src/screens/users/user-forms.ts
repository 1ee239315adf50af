import { PlatformError } from '@portolan/contract/client';
import { createUser, updateUser, user as userSchema, type User } from '@portolan/contract/users';
import { z } from 'zod';
import { groups } from '@portolan/console/kinds/groups';
import { users } from '@portolan/console/kinds/users';
import { Form, type Values } from '../../overlays/form.ts';
import { Merge } from '../../overlays/merge.ts';
import type { App } from '../../store/app.ts';
import { compare } from '@portolan/console/actions/merge';

function userFields(app: App) {
  return [
    { name: 'email', label: 'E-mail', hint: 'ada@example.com' },
    { name: 'firstName', label: 'First name' },
    { name: 'lastName', label: 'Last name' },
    { name: 'company', label: 'Company' },
    {
      name: 'groups',
      label: 'Groups',
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

/** Asks for a new user. */
export function newUserForm(app: App): Form {
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

/** Asks for what is to be changed; base is what the person saw, however the list has moved on meanwhile. */
export function editUserForm(app: App, base: User, shown: Values = valuesOf(base)): Form {
  return new Form({
    title: `Edit ${base.email}`,
    action: 'save',
    fields: userFields(app).map((field) => ({ ...field, value: shown[field.name] ?? '' })),
    async submit(values) {
      try {
        await save(app, base, bodyOf(values));
      } catch (error) {
        const current = currentOf(error);
        if (current === null) throw error;
        app.openOverlay(mergeOf(app, { base, current, mine: bodyOf(values) }));
      }
    },
  });
}

async function save(app: App, before: User, body: UserBody): Promise<void> {
  const { client, workspace } = app.session;
  const params = { workspace, user: before.id };
  await client.call(updateUser, { params, body: { ...body, revision: before.revision } });
  app.closeOverlay();
  app.did({
    what: 'Edit the user',
    object: before.email,
    result: `${body.email} is saved.`,
    undo: {
      title: `give ${before.email} the former values`,
      async run() {
        await client.call(updateUser, { params, body: fieldsOf(before) });
        return `${before.email} is as before.`;
      },
      async redo() {
        await client.call(updateUser, { params, body });
        return `${body.email} is as it was changed.`;
      },
    },
  });
}

/** What the platform holds now, when it refused because someone else was faster. */
function currentOf(error: unknown): User | null {
  if (!(error instanceof PlatformError) || error.code !== 'revision-mismatch') return null;
  const details = z.object({ current: userSchema }).safeParse(error.details);
  return details.success ? details.data.current : null;
}

function mergeOf(app: App, sides: { base: User; current: User; mine: UserBody }): Merge {
  const { base, current, mine } = sides;
  const theirs = fieldsOf(current);
  return new Merge({
    title: `${current.email} was changed by someone else meanwhile`,
    theirs,
    differences: compare(fieldsOf(base), mine, theirs),
    async apply(merged) {
      const body = bodySchema.parse(merged);
      try {
        await save(app, current, body);
      } catch (error) {
        const newer = currentOf(error);
        if (newer === null) throw error;
        app.openOverlay(mergeOf(app, { base: current, current: newer, mine: body }));
      }
    },
    edit: (merged) => app.openOverlay(editUserForm(app, current, valuesOf(bodySchema.parse(merged)))),
  });
}

const bodySchema = z.object({
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  company: z.string(),
  groups: z.array(z.string()),
});
type UserBody = z.output<typeof bodySchema>;

function fieldsOf(user: User): UserBody {
  return bodySchema.parse(user);
}

function valuesOf(user: UserBody): Values {
  const { groups: names, ...rest } = bodySchema.parse(user);
  return { ...rest, groups: names.join(', ') };
}
