import { scimTokenCreate, scimTokenRevoke } from '@portolan/console/actions/scim-tokens';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';

/** Tokens by which identity providers provision users and groups. */
export const scimTokenCommands: readonly Command[] = [
  actionCommand(scimTokenCreate, { hint: 'new token' }),
  actionCommand(scimTokenRevoke, { hint: 'revoke' }),
];
