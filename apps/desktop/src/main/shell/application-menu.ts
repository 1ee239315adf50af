import { Menu, type MenuItemConstructorOptions } from 'electron';
import { allActions } from '@portolan/console/actions/all-actions';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import type { ContextDetails } from '../../bridge/verbs.ts';

export interface MenuOptions {
  readonly system: NodeJS.Platform;
  readonly contexts: readonly ContextDetails[];
  readonly isDevelopment: boolean;
  /** Sends a command to the page of the focused window. */
  readonly command: (id: string) => void;
  readonly openContext: (name: string | null) => void;
}

/** Shows the application menu: everything an administrator can do and see, from the shared actions and kinds. */
export function showApplicationMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

/** Returns the application menu. Single keys are the page's, which knows whether a field has the focus (WCAG 2.1.4). */
function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = options.system === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: fileItems(options, isMac) },
    { role: 'editMenu' },
    { label: 'View', submenu: viewItems(options) },
    { label: 'Go', submenu: goItems(options) },
    { label: 'Actions', submenu: actionItems(options) },
    { label: 'Contexts', submenu: contextItems(options) },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: 'Keyboard shortcuts', click: () => options.command('shortcuts') }] },
  ];
}

function fileItems({ command, openContext }: MenuOptions, isMac: boolean): MenuItemConstructorOptions[] {
  return [
    { label: 'New context …', accelerator: 'CmdOrCtrl+N', click: () => openContext(null) },
    { label: 'Settings …', accelerator: 'CmdOrCtrl+,', click: () => command('go:settings') },
    { type: 'separator' },
    { role: 'close' },
    ...(isMac ? [] : [{ role: 'quit' as const }]),
  ];
}

function viewItems({ command, isDevelopment }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    { label: 'Command palette', accelerator: 'CmdOrCtrl+K', click: () => command('palette') },
    { type: 'separator' },
    { role: 'reload' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(isDevelopment ? [{ role: 'toggleDevTools' as const }] : []),
  ];
}

function goItems({ command }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    { label: 'Home', click: () => command('go:home') },
    { type: 'separator' },
    ...allKinds.map(({ name, title }) => ({ label: title, click: () => command(`go:${name}`) })),
  ];
}

/** Actions by the kind they are about, in the order of the kinds. */
function actionItems({ command }: MenuOptions): MenuItemConstructorOptions[] {
  const groups = Map.groupBy(allActions, ({ kind }) => kind.title);
  return [...groups].map(([label, actions]) => ({
    label,
    submenu: actions.map(({ id, title }) => ({ label: title, click: () => command(`action:${id}`) })),
  }));
}

function contextItems({ contexts, openContext }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    { label: 'All contexts', click: () => openContext(null) },
    { type: 'separator' },
    ...contexts.map(({ name, isProduction }, index) => ({
      label: isProduction ? `${name} (production)` : name,
      click: () => openContext(name),
      ...(index < 9 ? { accelerator: `CmdOrCtrl+${index + 1}` } : {}),
    })),
  ];
}
