import { bisectRequest } from '@portolan/contract/bisect';
import { explainRequest } from '@portolan/contract/explain';
import type { App, Command } from '../../state/app.ts';
import { apis } from '@portolan/console/kinds/apis';
import { toned, type Block } from '@portolan/console/kinds/block';
import { bisectionBlocks } from '@portolan/console/kinds/bisection';
import { curlLine, explanationBlocks } from '@portolan/console/kinds/explanation';
import { formatMs } from '@portolan/console/kinds/format';
import { keys } from '@portolan/console/kinds/keys';
import { users } from '@portolan/console/kinds/users';
import { Form } from '../../overlays/form.ts';
import { ensureRead } from '../../state/ensure-read.ts';
import type { Call } from '../../state/views.ts';
import { CALL_MADE } from '../../screens/next-steps.ts';
import { makeCall, type Answer } from './make-call.ts';

const HARMLESS = new Set(['GET', 'HEAD']);

/** Why a call would be let through or refused, asked from wherever one happens to be. */
export const explainCommands: readonly Command[] = [
  {
    id: 'explain',
    title: 'Explain a call: allowed or denied, and why',
    keys: ['X'],
    where: 'anywhere',
    permission: 'resources.read',
    hint: 'explain',
    danger: 0,
    async run(app) {
      await ensureRead(app, apis, users);
      app.openOverlay(explainForm(app));
    },
  },
  {
    id: 'explain.call',
    title: 'Make the explained call',
    keys: ['enter'],
    where: 'page',
    hint: 'make the call',
    danger: 0,
    disabled: whyNoCall,
    run(app) {
      const call = callOf(app);
      if (call?.user === null) return tryCall(app, call, '');
      if (call) app.openOverlay(keyForm(app, call, call.user));
    },
  },
  {
    id: 'explain.bisect',
    title: 'Find the change since which the call is decided so',
    keys: ['I'],
    where: 'page',
    permission: 'resources.read',
    hint: 'since when',
    danger: 0,
    disabled: (app) => (callOf(app) === null ? 'this page explains no call' : null),
    async run(app) {
      const call = callOf(app);
      if (call === null) return;
      const { client, workspace } = app.session;
      const found = await client.call(bisectRequest, { params: { workspace }, body: { ...call } });
      const title = `${call.method} ${call.url}: since when`;
      app.navigation.open({
        type: 'page',
        name: 'text',
        title,
        scroll: 0,
        blocks: bisectionBlocks(found),
        call,
      });
    },
  },
];

function callOf(app: App): Call | null {
  return app.navigation.view.type === 'page' ? (app.navigation.view.call ?? null) : null;
}

function whyNoCall(app: App): string | null {
  const call = callOf(app);
  if (call === null) return 'this page explains no call';
  return HARMLESS.has(call.method) ? null : `a ${call.method} may change something; use the curl line`;
}

function explainForm(app: App): Form {
  const [api] = app.navigation.targets(apis);
  const [user] = app.navigation.targets(users);
  const [key] = app.navigation.targets(keys);
  const addresses = app.lists
    .of(apis)
    .rows.flatMap((row) => (row as { readonly urls: readonly string[] }).urls);
  const caller = user?.email ?? key?.userEmail ?? [...app.connection.createdKeys.keys()].at(-1) ?? '';
  return new Form({
    title: 'Explain a call',
    action: 'explain',
    fields: [
      {
        name: 'user',
        label: 'Caller',
        value: caller,
        hint: 'e-mail address; empty: without a credential',
        choices: app.labelsOf(users),
        isKnown: true,
      },
      { name: 'method', label: 'Method', value: 'GET' },
      {
        name: 'url',
        label: 'URL',
        value: api?.urls[0] ?? addresses[0] ?? '',
        hint: 'public address; tab completes',
        choices: addresses,
      },
    ],
    async submit({ user: email = '', method = 'GET', url = '' }) {
      const call = { user: email === '' ? null : email, method: method.toUpperCase(), url };
      const blocks = await explained(app, call);
      app.closeOverlay();
      const title = `Explain ${call.method} ${url}${email === '' ? '' : ` by ${email}`}`;
      app.navigation.open({ type: 'page', name: 'text', title, scroll: 0, blocks, call });
    },
  });
}

async function explained(app: App, call: Call): Promise<readonly Block[]> {
  const { client, workspace } = app.session;
  const found = await client.call(explainRequest, { params: { workspace }, body: { ...call } });
  return [
    ...explanationBlocks(found),
    {
      type: 'text',
      title: 'From a shell (enter makes the call from here)',
      lines: [curlLine(call)],
    },
  ];
}

function keyForm(app: App, call: Call, email: string): Form {
  return new Form({
    title: `${call.method} ${call.url}`,
    action: 'make the call; the key is sent with it and not kept',
    fields: [
      {
        name: 'key',
        label: `Key of ${email}`,
        value: app.connection.createdKeys.get(email) ?? '',
        isSecret: true,
        hint: 'paste it; empty: without a credential',
      },
    ],
    async submit({ key = '' }) {
      await tryCall(app, call, key);
      app.closeOverlay();
    },
  });
}

/** The answer comes first on a page of its own, above what was expected of it. */
async function tryCall(app: App, call: Call, key: string): Promise<void> {
  const answer = await makeCall(call, key);
  app.history.note({
    at: app.now(),
    what: CALL_MADE,
    object: call.url,
    result: `${call.method} ${call.url} was answered with ${answer.status}.`,
    undo: null,
  });
  const title = `${call.method} ${call.url}: ${answer.status}`;
  const blocks = [...answerBlocks(answer), ...(await explained(app, call))];
  app.navigation.open({ type: 'page', name: 'text', title, scroll: 0, blocks, call });
}

function answerBlocks(answer: Answer): readonly Block[] {
  const isFine = answer.status < 400;
  return [
    {
      type: 'fields',
      title: 'Response',
      rows: [
        ['Status', toned(isFine ? 'ok' : 'bad', `${answer.status} after ${formatMs(answer.ms)}`)],
        ['Type', answer.type || '–'],
      ],
    },
    { type: 'text', lines: answer.body.trimEnd().split('\n').slice(0, 12) },
  ];
}
