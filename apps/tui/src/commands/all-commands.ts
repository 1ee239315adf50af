import { accountCommands } from './account.ts';
import { alertCommands } from './alerts.ts';
import { changeCommands } from './changes.ts';
import { clusterCommands } from './clusters.ts';
import { explainCommands } from './explain/commands.ts';
import { fleetCommands } from './fleet.ts';
import { groupCommands } from './groups.ts';
import { keyCommands } from './keys.ts';
import { memberCommands } from './members.ts';
import { providerCommands } from './providers/commands.ts';
import { resourceCommands } from './resources/commands.ts';
import { scimTokenCommands } from './scim-tokens.ts';
import { settingsCommands } from './settings/commands.ts';
import { userCommands } from './users/commands.ts';
import type { Command } from '../state/app.ts';
import { generalCommands } from './general.ts';
import { listCommands } from './lists.ts';
import { logCommands } from './logs.ts';
import { navigationCommands } from './navigation.ts';
import { pageCommands } from './pages.ts';
import { contextCommands } from './contexts.ts';
import { previewCommands } from './preview.ts';
import { scopeCommands } from './scope.ts';
import { sessionCommands } from './session.ts';
import { traceCommands } from './traces.ts';
import { undoCommands } from './undo.ts';

/** Every command there is. Keys, footer, help, palette, menus and docs/keys.md all come from this list. */
export const allCommands: readonly Command[] = [
  ...userCommands,
  ...groupCommands,
  ...keyCommands,
  ...clusterCommands,
  ...resourceCommands,
  ...changeCommands,
  ...fleetCommands,
  ...alertCommands,
  ...memberCommands,
  ...accountCommands,
  ...providerCommands,
  ...scimTokenCommands,
  ...explainCommands,
  ...settingsCommands,
  ...listCommands,
  ...previewCommands,
  ...pageCommands,
  ...navigationCommands,
  ...generalCommands,
  ...contextCommands,
  ...logCommands,
  ...scopeCommands,
  ...sessionCommands,
  ...traceCommands,
  ...undoCommands,
];
