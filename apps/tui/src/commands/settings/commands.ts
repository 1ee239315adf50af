import type { App, Command, SafeCommand } from '../../state/app.ts';
import type { SettingRow } from '../../screens/settings-body.ts';
import { settingRows } from './rows.ts';
import { readWorkspaceSettings } from './workspace.ts';

/** Going through the settings and changing them where they stand. */
export const settingsCommands: readonly Command[] = [
  {
    id: 'nav.goto.settings',
    title: 'Go to the settings',
    keys: ['g s'],
    where: 'anywhere',
    danger: 0,
    run: openSettings,
  },
  {
    id: 'settings.change',
    title: 'Change the setting',
    keys: ['enter', 'space', 'e', 'l', 'right'],
    where: 'settings',
    hint: 'change',
    danger: 0,
    run(app) {
      if (app.navigation.view.type === 'settings') changeable(app)[app.navigation.view.cursor]?.change?.(app);
    },
  },
  motion('settings.down', 'Next setting', ['down', 'j'], 1),
  motion('settings.up', 'Previous setting', ['up', 'k'], -1),
];

/** Opens the settings; what the workspace has set comes as soon as it is read. */
export async function openSettings(app: App): Promise<void> {
  app.navigation.open({ type: 'settings', cursor: 0, workspace: null });
  await readWorkspaceSettings(app);
}

function changeable(app: App): readonly SettingRow[] {
  const { view } = app.navigation;
  return view.type === 'settings' ? settingRows(app, view).filter((row) => row.change !== undefined) : [];
}

function motion(id: string, title: string, keys: readonly string[], by: number): SafeCommand {
  return {
    id,
    title,
    keys,
    where: 'settings',
    danger: 0,
    run(app) {
      const { view } = app.navigation;
      if (view.type !== 'settings') return;
      const last = changeable(app).length - 1;
      app.navigation.setView({ ...view, cursor: Math.min(last, Math.max(0, view.cursor + by)) });
    },
  };
}
