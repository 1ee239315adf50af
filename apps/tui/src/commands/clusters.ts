import {
  clusterRestart,
  resourceRemovePolicy,
  resourceSetPolicy,
} from '@portolan/console/actions/cluster-commands';
import {
  clusterCreate,
  clusterDelete,
  clusterRevokeToken,
  clusterRotateToken,
} from '@portolan/console/actions/clusters';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';

/** Enrolling clusters, and their agents' tokens. */
export const clusterCommands: readonly Command[] = [
  actionCommand(clusterCreate, { id: 'clusters.new', hint: 'enrol' }),
  actionCommand(clusterRotateToken, { id: 'clusters.rotate' }),
  actionCommand(clusterRevokeToken, { id: 'clusters.revoke' }),
  actionCommand(clusterRestart),
  actionCommand(resourceSetPolicy),
  actionCommand(resourceRemovePolicy),
  actionCommand(clusterDelete),
];
