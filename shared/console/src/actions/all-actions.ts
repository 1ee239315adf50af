import { passwordChange, secondFactorBegin, secondFactorConfirm, secondFactorRemove } from './account.ts';
import type { Action } from './action.ts';
import * as alerts from './alerts.ts';
import { changeRollBack, changeUndo } from './changes.ts';
import { clusterRestart, resourceRemovePolicy, resourceSetPolicy } from './cluster-commands.ts';
import { clusterCreate, clusterDelete, clusterRevokeToken, clusterRotateToken } from './clusters.ts';
import { certificateRetry } from './certificates.ts';
import { domainCheck } from './domains.ts';
import {
  brokerApprove,
  brokerDrain,
  brokerRevoke,
  brokerUncordon,
  tunnelClose,
  tunnelReconnect,
} from './fleet.ts';
import { apiGrant, apiRevoke } from './grant.ts';
import { groupCreate, groupDelete, groupRename } from './groups.ts';
import { keyCreate, keyDelete, keyResume, keyRotate, keySuspend } from './keys.ts';
import { resourceApply, resourceCreate } from './manifests.ts';
import { invitationWithdraw, memberInvite, memberRemove, memberSetRole } from './members.ts';
import {
  accessDelete,
  accessEdit,
  apiDelete,
  apiEdit,
  resourceDelete,
  resourceEdit,
  versionDelete,
  versionEdit,
} from './objects.ts';
import { groupImport, userImport } from './people-import.ts';
import { portalPreview } from './portals.ts';
import { providerSync, providerUse } from './providers.ts';
import { scimTokenCreate, scimTokenRevoke } from './scim-tokens.ts';
import { sessionEnd, tokenCreate } from './tokens.ts';
import { subscriptionApprove, subscriptionReject } from './subscriptions.ts';
import {
  userAddToGroup,
  userCreate,
  userDelete,
  userDisable,
  userEdit,
  userEnable,
  userPasswordLink,
  userRemoveFromGroup,
} from './users.ts';
import { apiAuthChange, settingsApply } from './settings.ts';
import { workspaceCreate, workspaceDelete, workspaceLeave, workspaceRename } from './workspace.ts';

/** Every action, in the order in which people meet them. */
export const allActions: readonly Action[] = [
  apiGrant,
  apiRevoke,
  subscriptionApprove,
  subscriptionReject,
  resourceCreate,
  resourceApply,
  apiEdit,
  versionEdit,
  accessEdit,
  resourceEdit,
  apiDelete,
  versionDelete,
  accessDelete,
  resourceDelete,
  portalPreview,
  changeRollBack,
  changeUndo,
  userCreate,
  userEdit,
  userAddToGroup,
  userRemoveFromGroup,
  userDisable,
  userEnable,
  userPasswordLink,
  userImport,
  userDelete,
  groupCreate,
  groupImport,
  groupRename,
  groupDelete,
  keyCreate,
  keyRotate,
  keySuspend,
  keyResume,
  keyDelete,
  clusterCreate,
  clusterRotateToken,
  clusterRevokeToken,
  clusterRestart,
  resourceSetPolicy,
  resourceRemovePolicy,
  clusterDelete,
  domainCheck,
  certificateRetry,
  brokerApprove,
  brokerDrain,
  brokerUncordon,
  brokerRevoke,
  tunnelReconnect,
  tunnelClose,
  alerts.ruleCreate,
  alerts.ruleEdit,
  alerts.ruleSilence,
  alerts.ruleUnsilence,
  alerts.ruleDisable,
  alerts.ruleEnable,
  alerts.ruleDelete,
  alerts.receiverCreate,
  alerts.receiverTest,
  alerts.receiverDelete,
  memberInvite,
  memberSetRole,
  memberRemove,
  invitationWithdraw,
  tokenCreate,
  sessionEnd,
  passwordChange,
  secondFactorBegin,
  secondFactorConfirm,
  secondFactorRemove,
  providerUse,
  providerSync,
  scimTokenCreate,
  scimTokenRevoke,
  workspaceCreate,
  workspaceRename,
  settingsApply,
  apiAuthChange,
  workspaceLeave,
  workspaceDelete,
];

/** The action that deletes objects of a kind; undefined for kinds whose objects come and go by themselves. */
export function deleteActionOf(kind: string): Action | undefined {
  return allActions.find((action) => action.kind.name === kind && DELETING.has(action));
}

/** The action that edits the manifest of objects of a kind; undefined for kinds that have none. */
export function editActionOf(kind: string): Action | undefined {
  return [apiEdit, versionEdit, accessEdit, resourceEdit].find((action) => action.kind.name === kind);
}

const DELETING: ReadonlySet<Action> = new Set([
  apiDelete,
  versionDelete,
  accessDelete,
  resourceDelete,
  userDelete,
  groupDelete,
  keyDelete,
  clusterDelete,
  alerts.ruleDelete,
  alerts.receiverDelete,
  memberRemove,
  invitationWithdraw,
  sessionEnd,
  scimTokenRevoke,
]);
