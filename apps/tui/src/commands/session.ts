import { createClient } from '@portolan/contract/client';
import { signIn } from '@portolan/contract/sessions';
import { audit } from '../kinds/audit.ts';
import { logs } from '../kinds/logs.ts';
import { Form } from '../overlays/form.ts';
import type { App } from '../store/app.ts';
import type { Command } from './command.ts';

/** Signing in again without losing the place, and what happened to the object one is at. */
export const sessionCommands: readonly Command[] = [
  {
    id: 'session.renew',
    title: 'Sign in again',
    keys: ['ctrl-g'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.openOverlay(renewForm(app)),
  },
  {
    id: 'logs.here',
    title: 'Logs that name this object',
    keys: ['L'],
    where: 'item',
    permission: 'logs.read',
    danger: 0,
    run: (app) => app.openList(logs, quoted(labelHere(app))),
  },
  {
    id: 'timeline',
    title: 'Who changed this object, and when',
    keys: ['T'],
    where: 'item',
    permission: 'audit.read',
    danger: 0,
    run: (app) => app.openList(audit, `target:${quoted(labelHere(app))}`),
  },
];

function labelHere(app: App): string {
  const { view } = app;
  if (view.type === 'detail') return view.label;
  if (view.type !== 'list') return '';
  const { rows, at } = app.rows(view);
  const row = rows[at];
  return row === undefined ? '' : view.kind.label(row);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function renewForm(app: App): Form {
  return new Form({
    title: 'Sign in again',
    action: 'sign in',
    fields: [
      { name: 'email', label: 'E-mail', value: app.session.account.email },
      { name: 'password', label: 'Password', isSecret: true },
      { name: 'code', label: 'Code', hint: 'of the authenticator, where one is set up' },
    ],
    async submit({ email = '', password = '', code = '' }) {
      const client = createClient({ baseUrl: app.session.client.options.baseUrl, origin: 'terminal' });
      const { token } = await client.call(signIn, {
        body: { email, password, ...(code === '' ? {} : { code }) },
      });
      app.gate.token = token;
      app.closeOverlay();
      app.refreshAll();
      app.say('Signed in again.');
    },
  });
}
