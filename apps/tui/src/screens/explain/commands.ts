import { explainRequest } from '@portolan/contract/explain';
import type { Command } from '../../commands/command.ts';
import { apis } from '../../kinds/apis.ts';
import { explanationBlocks } from '../../kinds/explanation.ts';
import { users } from '../../kinds/users.ts';
import { keys } from '../../kinds/keys.ts';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';

/** Why a call would be let through or refused, asked from wherever one happens to be. */
export const explainCommands: readonly Command[] = [
  {
    id: 'explain',
    title: 'Explain: would a call be let through, and why',
    keys: ['X'],
    where: 'anywhere',
    permission: 'resources.read',
    hint: 'explain',
    danger: 0,
    run: (app) => app.openOverlay(explainForm(app)),
  },
];

function explainForm(app: App): Form {
  const [api] = app.targets(apis);
  const [user] = app.targets(users);
  const [key] = app.targets(keys);
  const addresses = app.lists
    .of(apis)
    .rows.flatMap((row) => (row as { readonly urls: readonly string[] }).urls);
  return new Form({
    title: 'Explain a call',
    action: 'ask what a gateway would decide',
    fields: [
      {
        name: 'user',
        label: 'Caller',
        value: user?.email ?? key?.userEmail ?? '',
        hint: 'e-mail; empty: without a credential',
        choices: app.labelsOf(users),
      },
      { name: 'method', label: 'Method', value: 'GET' },
      {
        name: 'url',
        label: 'URL',
        value: api?.urls[0] ?? '',
        hint: 'public address; tab completes',
        choices: addresses,
      },
    ],
    async submit({ user: caller = '', method = 'GET', url = '' }) {
      const { client, workspace } = app.session;
      const body = { user: caller === '' ? null : caller, method, url };
      const found = await client.call(explainRequest, { params: { workspace }, body });
      app.closeOverlay();
      const title = `Explain ${method} ${url}${caller === '' ? '' : ` by ${caller}`}`;
      app.open({ type: 'page', name: 'text', title, scroll: 0, blocks: explanationBlocks(found) });
    },
  });
}
