import { domainCheck } from '@portolan/console/actions/domains';
import { brokerDrain, brokerUncordon, tunnelClose, tunnelReconnect } from '@portolan/console/actions/fleet';
import { actionCommand } from '../action-command.ts';
import type { Command } from '../../state/app.ts';

/** Draining brokers, replacing or closing single connections, and checking domains. */
export const fleetCommands: readonly Command[] = [
  actionCommand(brokerDrain, { title: 'Drain or uncordon brokers', hint: 'drain/uncordon' }, brokerUncordon),
  actionCommand(tunnelReconnect, { hint: 'reconnect' }),
  actionCommand(tunnelClose),
  actionCommand(domainCheck, { hint: 'check' }),
];
