import { createAccessToken, revokeAccessToken } from '@portolan/contract/access-tokens';
import { PERMISSIONS } from '@portolan/contract/permissions';
import type { Command, Plan } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { counted } from '@portolan/console/kinds/format';
import { sessions } from '@portolan/console/kinds/sessions';
import { Form } from '../../overlays/form.ts';
import { Notice } from '../../overlays/notice.ts';
import { runAll } from '../../overlays/progress.ts';
import type { App } from '../../store/app.ts';

const KINDS = ['sessions'];
const DAY_MS = 86_400_000;

/** One's own sessions and personal access tokens. */
export const accountCommands: readonly Command[] = [
  {
    id: 'sessions.new',
    title: 'New personal access token',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    // Everyone may for themselves; still it changes something, so it needs write mode.
    permission: 'workspace.read',
    hint: 'new token',
    danger: 0,
    disabled: (app) => (app.gate.isWritable ? null : 'read-only: press ! to switch to write mode'),
    run: (app) => app.openOverlay(tokenForm(app)),
  },
  {
    id: 'sessions.end',
    title: 'End the session or revoke the token',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'workspace.read',
    hint: 'end',
    danger: 2,
    disabled(app) {
      if (!app.gate.isWritable) return 'read-only: press ! to switch to write mode';
      return app.targets(sessions).length > 0 ? null : 'there is no session here';
    },
    plan: endPlan,
  },
];

function tokenForm(app: App): Form {
  return new Form({
    title: 'New personal access token',
    action: 'make the token; it is shown once',
    fields: [
      { name: 'name', label: 'Name', hint: 'what it is for, such as ci', isNeeded: true },
      { name: 'days', label: 'Expires in', value: '90', hint: 'days, at most 365' },
      {
        name: 'scopes',
        label: 'May',
        hint: 'permissions, comma-separated; empty: all you may; tab completes',
        choices: PERMISSIONS,
        isList: true,
      },
    ],
    async submit({ name = '', days = '', scopes = '' }) {
      const count = Number(days);
      if (!(count > 0 && count <= 365)) throw new Failure(`"${days}" is not a number of days up to 365.`);
      const made = await app.session.client.call(createAccessToken, {
        body: {
          name,
          expiresAt: new Date(app.now() + count * DAY_MS).toISOString(),
          ...(scopes === '' ? {} : { scopes: scopesOf(scopes) }),
        },
      });
      app.closeOverlay();
      await app.showMade(sessions, made.id);
      app.did({ what: 'New access token', object: name, result: `Token ${name} is made.` });
      const text = 'Copy it now: it is shown this once. Give it to a client in PORTOLAN_TOKEN.';
      app.openOverlay(
        new Notice(`Token ${name}`, [{ type: 'note', tone: 'warn', text }], {
          secret: made.token,
          now: app.now,
        }),
      );
    },
  });
}

function scopesOf(text: string): (typeof PERMISSIONS)[number][] {
  return text.split(',').map((part) => {
    const scope = PERMISSIONS.find((one) => one === part.trim());
    if (scope === undefined)
      throw new Failure(
        `There is no permission "${part.trim()}".`,
        `Permissions: ${PERMISSIONS.join(', ')}.`,
      );
    return scope;
  });
}

function endPlan(app: App): Plan | null {
  const chosen = app.targets(sessions);
  const [first] = chosen;
  if (!first) return null;
  const name =
    chosen.length === 1 ? first.name : counted(chosen.length, 'session or token', 'sessions and tokens');
  const isOwn = chosen.some((one) => one.current);
  return {
    title: `End ${name}`,
    action: 'End',
    object: chosen.map((one) => one.name).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map((one) => `${one.name}, ${one.kind}, from ${one.remoteAddress ?? 'nowhere yet'}`),
      isOwn
        ? { tone: 'bad', text: 'One of them is this session: you will have to sign in again.' }
        : 'Whatever uses it has to sign in again.',
    ],
    run: () =>
      runAll(app, {
        title: `End ${name}`,
        items: chosen.map((one) => ({
          name: one.name,
          run: () => app.session.client.call(revokeAccessToken, { params: { token: one.id } }),
        })),
        one: `${first.name} is ended.`,
        many: 'sessions and tokens are ended.',
      }),
  };
}
