import {
  apiAuth,
  updateSettings,
  type ApiAuthSetting,
  type WorkspaceSettings,
} from '@portolan/contract/settings';
import type { Plan } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { toned } from '@portolan/console/kinds/block';
import { counted } from '@portolan/console/kinds/format';
import { Confirm } from '../../overlays/confirm.ts';
import { Form, type Values } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';
import { authText, readWorkspaceSettings } from './workspace.ts';

export function nameForm(app: App, held: WorkspaceSettings): Form {
  const { client, workspace } = app.session;
  const rename = async (name: string) => {
    await client.call(updateSettings, { params: { workspace }, body: { name, dryRun: false } });
    await readWorkspaceSettings(app);
    return `The workspace is called ${name}.`;
  };
  return new Form({
    title: 'Name of the workspace',
    action: 'rename it',
    fields: [{ name: 'name', label: 'Name', value: held.name, isNeeded: true }],
    async submit({ name = '' }) {
      const result = await rename(name);
      app.closeOverlay();
      const undo = {
        title: `call it ${held.name} again`,
        run: () => rename(held.name),
        redo: () => rename(name),
      };
      app.did({ what: 'Rename the workspace', object: held.name, result, undo });
    },
  });
}

/** How callers prove who they are: one choice for a workspace, shown with what it means before it counts. */
export function apiAuthForm(app: App, held: WorkspaceSettings): Form {
  const { apiAuth: auth } = held;
  const source =
    auth.kind === 'apiKey' ? auth.source : { header: 'Authorization', headerAuthScheme: 'Bearer' };
  const jwt = auth.kind === 'jwt' ? auth : null;
  return new Form({
    title: 'How callers of APIs prove who they are',
    action: 'show what that means for them',
    fields: [
      { name: 'kind', label: 'By', value: auth.kind, choices: ['apiKey', 'jwt'], hint: 'apiKey or jwt' },
      { name: 'header', label: 'Key in header', value: source.header ?? '' },
      { name: 'scheme', label: 'with scheme', value: source.headerAuthScheme ?? '', hint: 'such as Bearer' },
      { name: 'query', label: 'or in query', value: source.query ?? '' },
      { name: 'cookie', label: 'or in cookie', value: source.cookie ?? '' },
      {
        name: 'jwksUrl',
        label: 'JWKS URL',
        value: jwt?.jwt.jwksUrl ?? '',
        hint: 'for jwt: where its public keys are',
      },
      { name: 'groupsClaim', label: 'Groups claim', value: jwt?.groupsClaim ?? 'groups' },
    ],
    submit: (values) => ask(app, held, authOf(values)),
  });
}

function authOf(values: Values): ApiAuthSetting {
  const { kind, header, scheme, query, cookie, jwksUrl, groupsClaim } = values;
  const given = (part: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = apiAuth.safeParse(
    kind === 'jwt'
      ? { kind, jwt: given({ jwksUrl }), ...given({ groupsClaim }) }
      : { kind, source: given({ header, headerAuthScheme: scheme, query, cookie }) },
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Failure(
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`,
    'Correct it and save again.',
  );
}

async function ask(app: App, held: WorkspaceSettings, auth: ApiAuthSetting): Promise<void> {
  const { client, workspace } = app.session;
  const set = (to: ApiAuthSetting, dryRun: boolean) =>
    client.call(updateSettings, { params: { workspace }, body: { apiAuth: to, dryRun } });
  const { warnings } = await set(auth, true);
  const apply = async (to: ApiAuthSetting) => {
    await set(to, false);
    await readWorkspaceSettings(app);
    return `Callers of APIs now prove who they are by ${authText(to)}.`;
  };
  const plan: Plan = {
    title: 'Change how callers prove who they are',
    action: 'Change it',
    object: held.name,
    typed: app.confirmWord(held.name),
    lines: [
      `Now: ${authText(held.apiAuth)}`,
      `Then: ${authText(auth)}`,
      `${counted(held.keys.working, 'API key')} are accepted now, at every gateway of every cluster.`,
      ...warnings.map((text) => toned('bad', text)),
    ],
    run: () => apply(auth),
    undo: { title: `go back to ${authText(held.apiAuth)}`, run: () => apply(held.apiAuth) },
  };
  app.openOverlay(
    new Confirm(plan, { danger: warnings.length > 0 ? 3 : 2, title: 'Change authentication' }, app.now()),
  );
}
