import { leaveWorkspace } from '@portolan/contract/members';
import { apiAuth, getSettings, updateSettings, type ApiAuthSetting } from '@portolan/contract/settings';
import { createWorkspace, deleteWorkspace } from '@portolan/contract/workspaces';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { toned } from '../kinds/block.ts';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { workspaces } from '../kinds/workspaces.ts';
import { defineAction, stepsFor } from './action.ts';
import { choice, optionalText, text } from './input.ts';

export const workspaceCreate = defineAction({
  id: 'workspaces.create',
  title: 'New workspace',
  button: 'Create',
  done: 'created',
  details: 'You become its owner.',
  permission: 'signed-in',
  danger: 0,
  kind: workspaces,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    name: text({ label: 'Name', value: 'NAME', help: 'such as Staging' }),
    id: optionalText({ label: 'ID', value: 'ID', help: 'used in paths; made from the name by default' }),
  }),
  plan: ({ client }, _rows, { name, id }) => ({
    steps: [
      {
        name,
        async run() {
          const made = await client.call(createWorkspace, {
            body: { name, ...(id === undefined ? {} : { id }) },
          });
          return { name: made.id, object: made };
        },
      },
    ],
  }),
});

export const workspaceRename = defineAction({
  id: 'workspaces.rename',
  title: 'Rename the workspace',
  button: 'Rename',
  done: 'renamed',
  permission: 'workspace.write',
  danger: 0,
  kind: workspaces,
  takes: 'one',
  keys: ['i', 'e'],
  inputs: z.object({ name: text({ label: 'New name', value: 'NAME', help: 'the new name; its ID stays' }) }),
  plan: ({ client }, rows, { name }) => {
    const rename = (id: string, to: string) =>
      client.call(updateSettings, { params: { workspace: id }, body: { name: to, dryRun: false } });
    return {
      steps: stepsFor(
        rows,
        (row) => row.id,
        async (row) => ({ object: await rename(row.id, name), note: `It is now called ${name}.` }),
      ),
      undo: {
        title: `Rename it back to ${rows.map((row) => row.name).join(', ')}`,
        done: 'renamed',
        steps: stepsFor(
          rows,
          (row) => row.id,
          async (row) => ({ object: await rename(row.id, row.name), note: `It is now called ${row.name}.` }),
        ),
      },
    };
  },
});

export const workspaceLeave = defineAction({
  id: 'workspaces.leave',
  title: 'Leave the workspace',
  button: 'Leave',
  done: 'left',
  details: 'The last owner cannot leave.',
  permission: 'signed-in',
  danger: 2,
  kind: workspaces,
  takes: 'one',
  inputs: z.object({}),
  plan: ({ client, account }, rows) => ({
    lines: rows.map((row) => `${account.email} loses access to workspace ${row.id}.`),
    steps: stepsFor(
      rows,
      (row) => row.id,
      async (row) => {
        await client.call(leaveWorkspace, { params: { workspace: row.id } });
      },
    ),
  }),
});

export const workspaceDelete = defineAction({
  id: 'workspaces.delete',
  title: 'Delete the workspace',
  button: 'Delete',
  done: 'deleted',
  details: 'Deletes everything in it except its audit log.',
  permission: 'workspace.delete',
  danger: 3,
  kind: workspaces,
  takes: 'one',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client }, rows) => ({
    lines: [
      {
        tone: 'bad',
        text: 'Its users, groups, API keys, clusters and all other data are deleted; only its audit log stays. This cannot be undone.',
      },
    ],
    steps: stepsFor(
      rows,
      (row) => row.id,
      async (row) => {
        await client.call(deleteWorkspace, { params: { workspace: row.id }, query: { confirm: row.id } });
      },
    ),
  }),
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
