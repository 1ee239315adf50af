import type { PageCommand } from '../actions/page-command.ts';

/** Commands of pages beside the shared actions. */
export const pageCommands: readonly PageCommand[] = [];
