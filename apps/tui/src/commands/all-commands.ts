import { alertCommands } from '../screens/alerts/commands.ts';
import { clusterCommands } from '../screens/clusters/commands.ts';
import { explainCommands } from '../screens/explain/commands.ts';
import { groupCommands } from '../screens/groups/commands.ts';
import { keyCommands } from '../screens/keys/commands.ts';
import { memberCommands } from '../screens/members/commands.ts';
import { providerCommands } from '../screens/providers/commands.ts';
import { resourceCommands } from '../screens/resources/commands.ts';
import { userCommands } from '../screens/users/commands.ts';
import type { Command } from './command.ts';
import { generalCommands } from './general.ts';
import { listCommands } from './lists.ts';
import { navigationCommands } from './navigation.ts';
import { pageCommands } from './pages.ts';
import { placeCommands } from './places.ts';
import { sessionCommands } from './session.ts';

/** Every command there is. Keys, footer, help, palette, menus and docs/keys.md all come from this list. */
export const allCommands: readonly Command[] = [
  ...userCommands,
  ...groupCommands,
  ...keyCommands,
  ...clusterCommands,
  ...resourceCommands,
  ...alertCommands,
  ...memberCommands,
  ...providerCommands,
  ...explainCommands,
  ...listCommands,
  ...pageCommands,
  ...navigationCommands,
  ...generalCommands,
  ...placeCommands,
  ...sessionCommands,
];
