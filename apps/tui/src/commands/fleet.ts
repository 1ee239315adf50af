import { certificateRetry } from '@portolan/console/actions/certificates';
import { domainCheck } from '@portolan/console/actions/domains';
import { portalPreview } from '@portolan/console/actions/portals';
import {
  brokerApprove,
  brokerDrain,
  brokerRevoke,
  brokerUncordon,
  tunnelClose,
  tunnelReconnect,
} from '@portolan/console/actions/fleet';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';

/** Approving, draining and revoking brokers, replacing or closing single connections, and checking domains and certificates. */
export const fleetCommands: readonly Command[] = [
  actionCommand(brokerDrain, { title: 'Drain or uncordon brokers', hint: 'drain/uncordon' }, brokerUncordon),
  actionCommand(brokerApprove, { hint: 'approve' }),
  actionCommand(brokerRevoke),
  actionCommand(tunnelReconnect, { hint: 'reconnect' }),
  actionCommand(tunnelClose),
  actionCommand(domainCheck, { hint: 'check' }),
  actionCommand(certificateRetry, { hint: 'check now' }),
  actionCommand(portalPreview, { hint: 'see as a user' }),
];
