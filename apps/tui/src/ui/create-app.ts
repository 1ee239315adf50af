import { allCommands } from '../commands/all-commands.ts';
import { askToSignIn } from '../commands/session.ts';
import { createKeymap } from '../commands/keymap.ts';
import type { LoadedConfig } from '@portolan/contexts/config';
import { userPaths } from '@portolan/contexts/paths';
import type { Environment } from '../terminal/environment.ts';
import type { Session } from '@portolan/console/kinds/kind';
import { colourLevel, guessTheme, isUnicode } from '../terminal/environment.ts';
import { createTheme } from '../terminal/theme.ts';
import { App } from '../state/app.ts';
import type { Gate } from '../state/session-client.ts';

export interface AppSetup {
  readonly session: Session;
  readonly gate: Gate;
  readonly contextName: string;
  readonly isProduction: boolean;
  readonly loaded: LoadedConfig;
  readonly env: Environment;
  readonly isTty: boolean;
  readonly isAscii: boolean;
  readonly now?: () => number;
}

/** Creates an app with all commands, for this user's configuration and this terminal. */
export function createApp(setup: AppSetup): App {
  const { config } = setup.loaded;
  const ascii = setup.isAscii || config.ascii || !isUnicode(setup.env);
  const level = colourLevel(setup.env, setup.isTty);
  const app = new App({
    session: setup.session,
    gate: setup.gate,
    contextName: setup.contextName,
    isProduction: setup.isProduction,
    loaded: setup.loaded,
    commands: allCommands,
    keymap: createKeymap(allCommands, { keys: config.keys, keySet: config.keySet }),
    themeFor: (name) => createTheme(name === 'auto' ? guessTheme(setup.env) : name, { level, ascii }),
    now: setup.now ?? Date.now,
    stateDir: userPaths(setup.env).state,
  });
  setup.gate.refused = () => askToSignIn(app);
  return app;
}
