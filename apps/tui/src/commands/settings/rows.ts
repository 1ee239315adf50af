import type { Action } from '@portolan/console/actions/action';
import { ROLE_PERMISSIONS } from '@portolan/contract/permissions';
import { toned, type Cell } from '@portolan/console/kinds/block';
import { counted } from '@portolan/console/kinds/format';
import { Picker } from '../../overlays/picker.ts';
import type { App } from '../../state/app.ts';
import type { SettingsView } from '../../state/views.ts';
import { THEMES } from '@portolan/contexts/theme-names';
import { openInputs } from '../action-command.ts';
import { apiAuthChange, apiAuthText } from '@portolan/console/actions/settings';
import { workspaceRename } from '@portolan/console/actions/workspace';
import { currentWorkspaces } from '@portolan/console/kinds/workspaces';
import type { SettingRow } from '../../screens/settings-body.ts';
import { readWorkspaceSettings } from './workspace.ts';

/** Everything that can be set, in the order it is shown. */
export function settingRows(app: App, view: SettingsView): readonly SettingRow[] {
  return [...screenRows(app), ...workspaceRows(app, view), ...placeRows(app)];
}

function screenRows(app: App): readonly SettingRow[] {
  const { config } = app.preferences;
  const group = 'This screen';
  const flag = (label: string, name: 'ascii' | 'reducedMotion' | 'screenReader'): SettingRow => ({
    group,
    label,
    value: config[name] ? toned('ok', 'on') : 'off',
    change: (to) => {
      void to.preferences.configure((now) => ({ ...now, [name]: !now[name] }));
      to.say(`${label}: from the next start.`);
    },
  });
  return [
    {
      group,
      label: 'Theme',
      value: `${config.theme} (showing ${app.preferences.theme.name})`,
      change: pickTheme,
    },
    {
      group,
      label: 'Keys',
      value: `${config.keySet}, ${Object.keys(config.keys).length} rebound`,
      change(to) {
        void to.preferences.configure((now) => ({ ...now, keySet: now.keySet === 'vim' ? 'plain' : 'vim' }));
        to.say('Keys: from the next start. plain drops the letter motions.');
      },
    },
    {
      group,
      label: 'Mouse',
      value: app.preferences.isMouseOn ? toned('ok', 'on; hold shift to select text') : 'off',
      change(to) {
        to.preferences.isMouseOn = !to.preferences.isMouseOn;
        to.terminal?.setMouse(to.preferences.isMouseOn);
        void to.preferences.configure((now) => ({ ...now, mouse: to.preferences.isMouseOn }));
      },
    },
    flag('ASCII only', 'ascii'),
    flag('Reduced motion', 'reducedMotion'),
    flag('Screen reader', 'screenReader'),
  ];
}

function pickTheme(app: App): void {
  app.openOverlay(
    new Picker({
      title: 'Theme',
      items: () =>
        (['auto', ...THEMES] as const).map((theme) => ({
          label: `${app.preferences.config.theme === theme ? '(o)' : '( )'} ${theme}`,
          run(to: App) {
            void to.preferences.configure((now) => ({ ...now, theme }));
            to.preferences.applyTheme(theme);
            return 'stay' as const;
          },
        })),
    }),
  );
}

/** Asks for the inputs of an action on the workspace, and reads its settings again once it is done. */
function change(app: App, action: Action): void {
  void openInputs(app, { action, rows: currentWorkspaces(app.session) }, { after: readWorkspaceSettings });
}

function workspaceRows(app: App, { workspace }: SettingsView): readonly SettingRow[] {
  const group = `Workspace ${app.session.workspace}`;
  if (workspace === null) return [{ group, label: 'Settings', value: toned('dim', 'loading …') }];
  const reason = ROLE_PERMISSIONS[app.session.role].has('workspace.write')
    ? app.connection.gate.isWritable
      ? null
      : 'read-only: press ! to switch to write mode'
    : `your role ${app.session.role} lacks workspace.write; an owner or admin can grant it`;
  const guarded = (open: (to: App) => void) => (to: App) =>
    reason === null ? open(to) : to.say(`Change: ${reason}`);
  return [
    {
      group,
      label: 'Name',
      value: workspace.name,
      change: guarded((to) => change(to, workspaceRename)),
    },
    {
      group,
      label: 'Authentication',
      value: apiAuthText(workspace.apiAuth),
      change: guarded((to) => change(to, apiAuthChange)),
    },
    {
      group,
      label: 'API keys',
      value: `${counted(workspace.keys.total, 'key')}, ${workspace.keys.working} accepted`,
    },
  ];
}

function placeRows(app: App): readonly SettingRow[] {
  const group = 'Where this is';
  const { config } = app.preferences;
  const { options, session } = app;
  const row = (label: string, value: Cell): SettingRow => ({ group, label, value });
  return [
    row('Platform', session.client.options.baseUrl),
    row('Context', `${options.contextName}${options.isProduction ? ', production' : ''}`),
    row('Signed in as', `${session.account.email}, role ${session.role}`),
    row('Configuration', options.loaded.path),
    row('Bookmarks', config.bookmarks.map((one) => one.locator).join(', ') || 'none; b makes one'),
    row('Telemetry', 'none is ever sent'),
  ];
}
