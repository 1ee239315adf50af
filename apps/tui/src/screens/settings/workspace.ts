import { getSettings, type ApiAuthSetting } from '@portolan/contract/settings';
import type { App } from '../../store/app.ts';

/** How callers of APIs prove who they are, in words. */
export function authText(auth: ApiAuthSetting): string {
  if (auth.kind === 'jwt') {
    const { jwksUrl } = auth.jwt;
    return `JSON Web Tokens${jwksUrl === undefined ? '' : ` by ${jwksUrl}`}, groups in "${auth.groupsClaim}"`;
  }
  const { header, headerAuthScheme, query, cookie } = auth.source;
  const places = [
    ...(header === undefined
      ? []
      : [`header ${header}${headerAuthScheme === undefined ? '' : `: ${headerAuthScheme}`}`]),
    ...(query === undefined ? [] : [`query ${query}`]),
    ...(cookie === undefined ? [] : [`cookie ${cookie}`]),
  ];
  return `API keys in ${places.join(' or ')}`;
}

/** Reads what the workspace has set, for as long as its screen is open. */
export async function readWorkspaceSettings(app: App): Promise<void> {
  const { client, workspace } = app.session;
  const settings = await client.call(getSettings, { params: { workspace } });
  if (app.view.type === 'settings') app.setView({ ...app.view, workspace: settings });
}
