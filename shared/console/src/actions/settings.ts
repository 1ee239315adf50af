import {
  apiAuth,
  getSettings,
  KEPT_SECRET,
  updateSettings,
  type ApiAuthSetting,
  type WorkspaceSettings,
} from '@portolan/contract/settings';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { toned } from '../kinds/block.ts';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { diffObjects } from '../kinds/manifest-diff.ts';
import { workspaces } from '../kinds/workspaces.ts';
import { defineAction, stepsFor } from './action.ts';
import { checkFields } from './check-fields.ts';
import { choice, document, optionalText } from './input.ts';

type WrittenSettings = Pick<WorkspaceSettings, 'name' | 'apiAuth'>;

/** Returns the settings a person can write. */
export function writtenSettings({ name, apiAuth: auth }: WorkspaceSettings): WrittenSettings {
  return { name, apiAuth: auth };
}

export const settingsApply = defineAction({
  id: 'workspaces.applySettings',
  title: 'Apply settings of the workspace',
  button: 'Apply',
  done: 'configured',
  details: 'Settings that are missing stay as they are. Secrets are masked; applied as masked, they stay.',
  permission: 'workspace.write',
  danger: 1,
  kind: workspaces,
  takes: 'one',
  inputs: z.object({
    settings: document({
      label: 'Settings',
      value: 'YAML',
      syntax: 'yaml',
      help: 'name and apiAuth in YAML or JSON',
    }),
  }),
  async initial({ client }, row) {
    const held = await client.call(getSettings, { params: { workspace: row.id } });
    return { settings: formatYaml(writtenSettings(held)) };
  },
  async plan({ client }, rows, { settings }) {
    const fields = updateSettings.body.parse(checkFields(settings, updateSettings.body, ['name', 'apiAuth']));
    const planned = await Promise.all(
      rows.map(async (row) => {
        const params = { workspace: row.id };
        const before = await client.call(getSettings, { params });
        const after = await client.call(updateSettings, { params, body: { ...fields, dryRun: true } });
        return { row, before, after };
      }),
    );
    const warnings = planned.flatMap(({ after }) => after.warnings);
    const difference = planned.flatMap(({ before, after }) =>
      diffObjects(writtenSettings(before), writtenSettings(after)),
    );
    const set = (bodyOf: (before: WorkspaceSettings) => z.input<typeof updateSettings.body>) =>
      planned.map(({ row, before }) => ({
        name: row.id,
        run: async () => ({
          name: row.id,
          object: await client.call(updateSettings, {
            params: { workspace: row.id },
            body: { ...bodyOf(before), dryRun: false },
          }),
          ...(difference.length === 0 ? { done: 'unchanged' } : {}),
        }),
      }));
    // A masked secret cannot be restored: sent back, it would keep the new one.
    const isRestorable = !JSON.stringify(planned.map(({ before }) => before)).includes(KEPT_SECRET);
    return {
      title: 'Apply settings of the workspace',
      danger: warnings.length > 0 ? 3 : 1,
      typed: planned.map(({ before }) => before.name).join(', '),
      lines: [...difference, ...warnings.map((warning) => toned('bad', `warning: ${warning}`))],
      steps: set(() => fields),
      ...(isRestorable
        ? {
            undo: {
              title: 'Restore the settings of the workspace',
              done: 'restored',
              steps: set((before) => writtenSettings(before)),
            },
          }
        : {}),
    };
  },
});

/** How callers of APIs authenticate, in words. */
export function apiAuthText(auth: ApiAuthSetting): string {
  if (auth.kind === 'jwt')
    return `JWTs (${auth.jwt.jwksUrl === undefined ? 'own key' : `JWKS ${auth.jwt.jwksUrl}`})`;
  const { header, headerAuthScheme, query, cookie } = auth.source;
  const places = [
    ...(header === undefined ? [] : [`header ${header}${headerAuthScheme ? `: ${headerAuthScheme}` : ''}`]),
    ...(query === undefined ? [] : [`query parameter ${query}`]),
    ...(cookie === undefined ? [] : [`cookie ${cookie}`]),
  ];
  return `API keys (${places.join(', ')})`;
}

/** The inputs that make the setting what it is. */
export function apiAuthValues(auth: ApiAuthSetting) {
  const source =
    auth.kind === 'apiKey' ? auth.source : { header: 'Authorization', headerAuthScheme: 'Bearer' };
  const jwt = auth.kind === 'jwt' ? auth : null;
  return {
    kind: auth.kind,
    ...source,
    ...(jwt === null ? {} : { ...jwt.jwt, groupsClaim: jwt.groupsClaim, userIdClaim: jwt.userIdClaim }),
  };
}

export const apiAuthChange = defineAction({
  id: 'workspaces.apiAuth',
  title: 'Change API authentication',
  button: 'Change',
  done: 'changed',
  details: 'One choice for the workspace: API keys of its users, or JWTs of an issuer.',
  permission: 'workspace.write',
  danger: 2,
  kind: workspaces,
  noun: 'API authentication',
  takes: 'one',
  async initial({ client }, row) {
    const { apiAuth: auth } = await client.call(getSettings, { params: { workspace: row.id } });
    return apiAuthValues(auth);
  },
  inputs: z.object({
    kind: choice(['apiKey', 'jwt'], { label: 'Method', value: 'METHOD', help: 'apiKey or jwt' }),
    header: optionalText({ label: 'API key header', value: 'NAME', help: 'header with the API key' }),
    headerAuthScheme: optionalText({
      label: 'Scheme',
      value: 'SCHEME',
      help: 'scheme in the header, such as Bearer',
    }),
    query: optionalText({
      label: 'Query parameter',
      value: 'NAME',
      help: 'query parameter with the API key',
    }),
    cookie: optionalText({ label: 'Cookie', value: 'NAME', help: 'cookie with the API key' }),
    jwksUrl: optionalText({
      label: 'JWKS URL',
      value: 'URL',
      help: 'URL of the public keys; or one of the next three',
    }),
    publicKey: optionalText({ label: 'Public key', value: 'PEM', help: 'public key in PEM' }),
    jwksFile: optionalText({ label: 'JWKS', value: 'JSON', help: 'JSON Web Key Set itself' }),
    signingSecret: optionalText({
      label: 'Signing secret',
      value: 'SECRET',
      isSecret: true,
      help: 'shared secret (HMAC)',
    }),
    groupsClaim: optionalText({
      label: 'Groups claim',
      value: 'CLAIM',
      help: 'claim with the groups; groups by default',
    }),
    userIdClaim: optionalText({
      label: 'User ID claim',
      value: 'CLAIM',
      help: 'claim with the user ID; sub by default',
    }),
  }),
  async plan(session, rows, inputs) {
    const auth = authOf(inputs);
    const { client, workspace } = session;
    const held = await client.call(getSettings, { params: { workspace } });
    const { warnings } = await setAuth(session, auth, true);
    const apply = (to: ApiAuthSetting) =>
      stepsFor(
        rows,
        (row) => row.id,
        async () => ({
          object: await setAuth(session, to, false),
          note: `Callers authenticate with ${apiAuthText(to)}.`,
        }),
      );
    return {
      title: 'Change API authentication',
      danger: warnings.length > 0 ? 3 : 2,
      typed: held.name,
      lines: [
        `Now: ${apiAuthText(held.apiAuth)}`,
        `Then: ${apiAuthText(auth)}`,
        `Gateways of all clusters accept ${counted(held.keys.working, 'API key')} now.`,
        ...warnings.map((warning) => toned('bad', warning)),
      ],
      steps: apply(auth),
      undo: {
        title: `Restore authentication with ${apiAuthText(held.apiAuth)}`,
        done: 'restored',
        steps: apply(held.apiAuth),
      },
    };
  },
});

function setAuth({ client, workspace }: Session, to: ApiAuthSetting, dryRun: boolean) {
  return client.call(updateSettings, { params: { workspace }, body: { apiAuth: to, dryRun } });
}

function authOf(inputs: Readonly<Record<string, string | undefined>>): ApiAuthSetting {
  const { kind, header, headerAuthScheme, query, cookie, groupsClaim, userIdClaim, ...verification } = inputs;
  const given = (part: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
  const parsed = apiAuth.safeParse(
    kind === 'jwt'
      ? { kind, jwt: given(verification), ...given({ groupsClaim, userIdClaim }) }
      : { kind, source: given({ header, headerAuthScheme, query, cookie }) },
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path.at(-1) ?? 'setting');
  throw new Failure(
    `The ${field} is not valid: ${issue?.message ?? 'unknown reason'}.`,
    'Correct it and save again.',
  );
}
