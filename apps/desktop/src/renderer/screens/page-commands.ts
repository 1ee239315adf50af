import type { PageCommand } from '../actions/page-command.ts';
import { auditCommands } from './audit/audit-commands.tsx';
import { peopleCommands } from './people-commands.ts';
import { providerCommands } from './providers/provider-commands.tsx';

/** Commands of pages beside the shared actions. */
export const pageCommands: readonly PageCommand[] = [
  ...peopleCommands,
  ...auditCommands,
  ...providerCommands,
];
