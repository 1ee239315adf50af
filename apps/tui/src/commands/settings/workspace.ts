import { getSettings } from '@portolan/contract/settings';
import type { App } from '../../state/app.ts';

/** Reads the settings of the workspace into the settings view, if it is open. */
export async function readWorkspaceSettings(app: App): Promise<void> {
  const { client, workspace } = app.session;
  const settings = await client.call(getSettings, { params: { workspace } });
  if (app.navigation.view.type === 'settings')
    app.navigation.setView({ ...app.navigation.view, workspace: settings });
}
