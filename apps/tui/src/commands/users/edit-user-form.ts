import { PlatformError } from '@portolan/contract/client';
import { user as userSchema, type User } from '@portolan/contract/users';
import { compare } from '@portolan/console/actions/merge';
import { userEdit } from '@portolan/console/actions/users';
import { groups } from '@portolan/console/kinds/groups';
import { z } from 'zod';
import { carryOut } from '../action-command.ts';
import { Form, type Values } from '../../overlays/form.ts';
import { Merge } from '../../overlays/merge.ts';
import type { App } from '../../state/app.ts';

/** Asks for the changes of a user; `base` is what the person saw, however the list has changed since. */
export function editUserForm(app: App, base: User, shown: Values = valuesOf(base)): Form {
  const field = (name: string, label: string) => ({ name, label, value: shown[name] ?? '' });
  return new Form({
    title: `Edit ${base.email}`,
    action: 'save',
    fields: [
      field('email', 'E-mail'),
      field('firstName', 'First name'),
      field('lastName', 'Last name'),
      field('company', 'Company'),
      {
        ...field('group', 'Groups'),
        hint: 'comma-separated; tab completes',
        choices: app.labelsOf(groups),
        isKnown: true,
        isList: true,
      },
    ],
    submit: (values) => save(app, base, values),
  });
}

/** Saves the user as edited; when someone else was faster, asks which value of each field to keep. */
async function save(app: App, base: User, values: Values): Promise<void> {
  try {
    await carryOut(app, { action: userEdit, rows: [base] }, values, {});
  } catch (error) {
    const current = currentOf(error);
    if (current === null) throw error;
    app.openOverlay(mergeOf(app, { base, current, mine: values }));
  }
}

/** Returns the user as the platform holds it, when it refused because someone else was faster. */
function currentOf(error: unknown): User | null {
  if (!(error instanceof PlatformError) || error.code !== 'revision-mismatch') return null;
  const details = z.object({ current: userSchema }).safeParse(error.details);
  return details.success ? details.data.current : null;
}

function mergeOf(app: App, sides: { base: User; current: User; mine: Values }): Merge {
  const { base, current, mine } = sides;
  const theirs = fieldsOf(current);
  const own = {
    ...mine,
    groups: (mine['group'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  };
  return new Merge({
    title: `${current.email} was changed by someone else meanwhile`,
    theirs,
    differences: compare(fieldsOf(base), fieldsSchema.parse(own), theirs),
    apply: (merged) => save(app, current, valuesOf(fieldsSchema.parse(merged))),
    edit: (merged) => app.openOverlay(editUserForm(app, current, valuesOf(fieldsSchema.parse(merged)))),
  });
}

const fieldsSchema = z.object({
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  company: z.string(),
  groups: z.array(z.string()),
});
type UserFields = z.output<typeof fieldsSchema>;

function fieldsOf(user: User): UserFields {
  return fieldsSchema.parse(user);
}

function valuesOf(user: UserFields): Values {
  const { groups: names, ...rest } = fieldsSchema.parse(user);
  return { ...rest, group: names.join(', ') };
}
