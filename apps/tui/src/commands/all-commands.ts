import { accountCommands } from '../screens/account/commands.ts';
import { alertCommands } from '../screens/alerts/commands.ts';
import { changeCommands } from '../screens/changes/commands.ts';
import { clusterCommands } from '../screens/clusters/commands.ts';
import { explainCommands } from '../screens/explain/commands.ts';
import { fleetCommands } from '../screens/fleet/commands.ts';
import { groupCommands } from '../screens/groups/commands.ts';
import { keyCommands } from '../screens/keys/commands.ts';
import { memberCommands } from '../screens/members/commands.ts';
import { providerCommands } from '../screens/providers/commands.ts';
import { resourceCommands } from '../screens/resources/commands.ts';
import { settingsCommands } from '../screens/settings/commands.ts';
import { userCommands } from '../screens/users/commands.ts';
import type { Command } from './command.ts';
import { generalCommands } from './general.ts';
import { listCommands } from './lists.ts';
import { logCommands } from './logs.ts';
import { navigationCommands } from './navigation.ts';
import { pageCommands } from './pages.ts';
import { placeCommands } from './places.ts';
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
  ...explainCommands,
  ...settingsCommands,
  ...listCommands,
  ...previewCommands,
  ...pageCommands,
  ...navigationCommands,
  ...generalCommands,
  ...placeCommands,
  ...logCommands,
  ...scopeCommands,
  ...sessionCommands,
  ...traceCommands,
  ...undoCommands,
];
