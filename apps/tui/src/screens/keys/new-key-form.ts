import { createKey, type ApiKey } from '@portolan/contract/keys';
import { Failure } from '@portolan/console/failure';
import { users } from '@portolan/console/kinds/users';
import { Form } from '../../overlays/form.ts';
import { Notice } from '../../overlays/notice.ts';
import type { App } from '../../store/app.ts';

/** Asks for the name of a new key of a user, and shows the key the one time it can be. */
export function newKeyForm(app: App, email: string): Form {
  return new Form({
    title: 'New API key',
    action: 'make the key; it is shown once',
    focus: email === '' ? 'user' : 'name',
    fields: [
      {
        name: 'user',
        label: 'User',
        value: email,
        hint: 'e-mail; tab completes',
        choices: app.labelsOf(users),
      },
      { name: 'name', label: 'Name', hint: 'what the key is for, such as checkin-app' },
      { name: 'days', label: 'Expires in', hint: 'days; empty: never' },
    ],
    async submit({ user = '', name = '', days = '' }) {
      const { client, workspace } = app.session;
      const expires = expiryOf(days, app.now());
      const made = await client.call(createKey, {
        params: { workspace },
        body: { user, name, ...(expires === null ? {} : { expiresAt: expires }) },
      });
      app.closeOverlay();
      app.madeKeys.set(made.userEmail, made.key);
      app.did({
        what: 'New API key',
        object: `${made.name} of ${made.userEmail}`,
        result: `Key ${made.name} of ${made.userEmail} is made.`,
      });
      showNewKey(app, made);
    },
  });
}

function showNewKey(app: App, made: ApiKey & { readonly key: string }): void {
  app.openOverlay(
    new Notice(
      `Key ${made.name} of ${made.userEmail}`,
      [
        {
          type: 'note',
          tone: 'warn',
          text: 'Copy it now: it is shown this once, and only its hash is kept.',
        },
        { type: 'note', tone: 'dim', text: 'It is sent as header "Authorization: Bearer KEY".' },
      ],
      { secret: made.key, now: app.now },
    ),
  );
}

function expiryOf(days: string, now: number): string | null {
  if (days === '') return null;
  const count = Number(days);
  if (!(count > 0))
    throw new Failure(
      `"${days}" is not a number of days.`,
      'Give one, or leave it empty for a key that does not expire.',
    );
  return new Date(now + count * 86_400_000).toISOString();
}
