import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron';
import type { LocalSystemState } from '../../bridge/verbs.ts';
import type { ContextState } from './alert-watch.ts';

export interface TrayContent {
  readonly contexts: readonly ContextState[];
  readonly localSystem: LocalSystemState;
}

export interface TrayActions {
  readonly open: (context: string | null) => void;
  readonly startLocalSystem: () => void;
  readonly stopLocalSystem: () => void;
  readonly quit: () => void;
}

/** Icon in the tray that shows the state of every context, with or without a window. */
export class TrayIcon {
  readonly #tray: Tray;
  readonly #actions: TrayActions;

  /** Takes the file of the icon. */
  constructor(icon: string, actions: TrayActions) {
    this.#tray = new Tray(nativeImage.createFromPath(icon));
    this.#actions = actions;
    this.#tray.on('click', () => actions.open(null));
  }

  show(content: TrayContent): void {
    this.#tray.setToolTip(tooltipOf(content.contexts));
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(content, this.#actions)));
  }

  close(): void {
    this.#tray.destroy();
  }
}

/** Returns the menu of the tray. */
function trayTemplate(
  { contexts, localSystem }: TrayContent,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const isRunning = ['running', 'starting'].includes(localSystem.state);
  return [
    ...contexts.map((state) => ({
      label: `${state.context.name} – ${wordsOf(state)}`,
      click: () => actions.open(state.context.name),
    })),
    { type: 'separator' },
    { label: localSystem.text.slice(0, 80), enabled: false },
    isRunning
      ? { label: 'Stop the local system', click: actions.stopLocalSystem }
      : {
          label: 'Start a local system',
          enabled: localSystem.state !== 'unavailable' && localSystem.state !== 'stopping',
          click: actions.startLocalSystem,
        },
    { type: 'separator' },
    { label: 'Show Portolan', click: () => actions.open(null) },
    { label: 'Quit', click: actions.quit },
  ];
}

function tooltipOf(contexts: readonly ContextState[]): string {
  const firing = contexts.reduce((sum, state) => sum + state.firing.length, 0);
  return firing === 0 ? 'Portolan' : `Portolan – ${counted(firing)}`;
}

function wordsOf({ live, firing }: ContextState): string {
  if (live === 'lost') return 'not reachable';
  if (live === 'connecting') return 'connecting';
  return firing.length === 0 ? 'no alerts' : counted(firing.length);
}

function counted(firing: number): string {
  return firing === 1 ? '1 alert firing' : `${firing} alerts firing`;
}
