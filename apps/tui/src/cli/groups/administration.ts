import type { VerbGroup } from '../verb.ts';
import { verb } from './entry.ts';

/** Verbs of one task of an administrator each. */
export const administration: readonly VerbGroup[] = [
  {
    title: 'People and their rights',
    verbs: [
      verb(
        'grant',
        'Open an API to a group, or put a user in it',
        async () => (await import('../verbs/grant.ts')).grantVerb,
      ),
      verb(
        'revoke',
        'Take an API from a group, or a user out of it',
        async () => (await import('../verbs/grant.ts')).revokeVerb,
        ['ungrant'],
      ),
      verb(
        'disable',
        'Disable users or alert rules',
        async () => (await import('../verbs/acts.ts')).disableVerb,
      ),
      verb(
        'enable',
        'Enable users or alert rules again',
        async () => (await import('../verbs/acts.ts')).enableVerb,
      ),
      verb('suspend', 'Suspend API keys', async () => (await import('../verbs/acts.ts')).suspendVerb),
      verb(
        'resume',
        'Resume suspended API keys or drained brokers',
        async () => (await import('../verbs/acts.ts')).resumeVerb,
        ['uncordon'],
      ),
      verb(
        'set role',
        'Change the role of a member',
        async () => (await import('../verbs/set.ts')).setRoleVerb,
      ),
      verb(
        'auth can-i',
        'Say whether you may do something',
        async () => (await import('../verbs/auth.ts')).canIVerb,
      ),
    ],
  },
  {
    title: 'Workspace, identity provider and settings',
    verbs: [
      verb(
        'workspace list',
        'List your workspaces',
        async () => (await import('../verbs/workspace.ts')).workspaceListVerb,
        ['workspaces'],
      ),
      verb(
        'workspace rename',
        'Rename the workspace',
        async () => (await import('../verbs/workspace.ts')).workspaceRenameVerb,
      ),
      verb(
        'workspace leave',
        'Leave the workspace',
        async () => (await import('../verbs/workspace.ts')).workspaceLeaveVerb,
      ),
      verb(
        'workspace delete',
        'Delete a workspace',
        async () => (await import('../verbs/workspace.ts')).workspaceDeleteVerb,
      ),
      verb(
        'provider test',
        'Try an identity provider before it is used',
        async () => (await import('../verbs/provider.ts')).providerTestVerb,
      ),
      verb(
        'provider plan',
        'Say who would lose and get access with another identity provider',
        async () => (await import('../verbs/provider.ts')).providerPlanVerb,
      ),
      verb(
        'provider use',
        'Use an identity provider, or go back to one',
        async () => (await import('../verbs/provider.ts')).providerUseVerb,
        ['provider restore'],
      ),
      verb(
        'provider sync',
        'Synchronise users and groups now',
        async () => (await import('../verbs/provider.ts')).providerSyncVerb,
      ),
      verb(
        'provider claims',
        'Show whom a token stands for',
        async () => (await import('../verbs/provider.ts')).providerClaimsVerb,
      ),
      verb(
        'settings get',
        'Show the settings of the workspace',
        async () => (await import('../verbs/settings.ts')).settingsGetVerb,
        ['settings'],
      ),
      verb(
        'settings apply',
        'Change the settings of the workspace',
        async () => (await import('../verbs/settings.ts')).settingsApplyVerb,
      ),
    ],
  },
  {
    title: 'Alerts',
    verbs: [
      verb(
        'receiver test',
        'Try whether a receiver of alerts is told',
        async () => (await import('../verbs/receiver.ts')).testReceiverVerb,
      ),
      verb(
        'silence',
        'Silence an alert rule for a time',
        async () => (await import('../verbs/set.ts')).silenceVerb,
      ),
      verb(
        'unsilence',
        'End the silence of an alert rule',
        async () => (await import('../verbs/set.ts')).unsilenceVerb,
      ),
    ],
  },
  {
    title: 'Clusters and tunnels',
    verbs: [
      verb(
        'cluster rotate-token',
        'Replace the agent token of a cluster',
        async () => (await import('../verbs/cluster.ts')).rotateTokenVerb,
      ),
      verb(
        'cluster revoke-token',
        'Revoke the agent token of a cluster and close its tunnels',
        async () => (await import('../verbs/cluster.ts')).revokeTokenVerb,
      ),
      verb(
        'drain',
        'Move tunnels away from brokers',
        async () => (await import('../verbs/acts.ts')).drainVerb,
        ['cordon'],
      ),
      verb(
        'reconnect',
        'Replace the connection of tunnels',
        async () => (await import('../verbs/acts.ts')).reconnectVerb,
      ),
      verb(
        'close',
        'End the connection of tunnels',
        async () => (await import('../verbs/acts.ts')).closeVerb,
      ),
    ],
  },
  {
    title: 'Audit',
    verbs: [
      verb(
        'audit list',
        'List what was changed, by whom, from where',
        async () => (await import('../verbs/audit.ts')).auditListVerb,
      ),
      verb(
        'audit verify',
        'Check that nothing of the audit was changed or removed',
        async () => (await import('../verbs/audit.ts')).auditVerifyVerb,
      ),
      verb(
        'audit export',
        'Print the audit as JSON lines',
        async () => (await import('../verbs/audit.ts')).auditExportVerb,
      ),
    ],
  },
];
