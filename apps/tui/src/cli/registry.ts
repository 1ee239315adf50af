import type { VerbEntry, VerbGroup } from './verb.ts';

/**
 * Every verb but `up`, which the launcher runs without loading any of this. Help, completion and docs/cli.md are made
 * from it; what a verb is made of is loaded when it is asked for.
 */
export const verbGroups: readonly VerbGroup[] = [
  {
    title: 'Look',
    verbs: [
      {
        name: 'get',
        summary: 'List things of a kind, or the named ones',
        load: async () => (await import('./verbs/get.ts')).getVerb,
      },
      {
        name: 'describe',
        summary: 'Show everything about one thing',
        load: async () => (await import('./verbs/describe.ts')).describeVerb,
      },
      {
        name: 'explain',
        summary: 'Describe the fields of a kind',
        load: async () => (await import('./verbs/explain.ts')).explainVerb,
      },
      {
        name: 'api-resources',
        summary: 'List the kinds there are',
        load: async () => (await import('./verbs/api-resources.ts')).apiResourcesVerb,
      },
      {
        name: 'logs',
        summary: 'Show what the agents reported in the last 24 hours',
        load: async () => (await import('./verbs/logs.ts')).logsVerb,
      },
      {
        name: 'why',
        summary: 'Explain whether a gateway would let a call through, and why',
        load: async () => (await import('./verbs/why.ts')).whyVerb,
      },
    ],
  },
  {
    title: 'Change',
    verbs: [
      {
        name: 'create',
        summary: 'Create a thing of a kind, or the objects of manifests',
        load: async () => (await import('./verbs/create/manifests.ts')).createVerb,
      },
      {
        name: 'create user',
        summary: 'Create a user, who may then use APIs',
        load: async () => (await import('./verbs/create/people.ts')).createUserVerb,
      },
      {
        name: 'create group',
        summary: 'Create a group of users',
        load: async () => (await import('./verbs/create/people.ts')).createGroupVerb,
      },
      {
        name: 'create key',
        aliases: ['create apikey'],
        summary: 'Create an API key for a user',
        load: async () => (await import('./verbs/create/people.ts')).createKeyVerb,
      },
      {
        name: 'create cluster',
        summary: 'Enrol a cluster',
        load: async () => (await import('./verbs/create/people.ts')).createClusterVerb,
      },
      {
        name: 'create member',
        aliases: ['create invitation', 'invite'],
        summary: 'Invite a person to administer the workspace',
        load: async () => (await import('./verbs/create/people.ts')).createMemberVerb,
      },
      {
        name: 'create token',
        summary: 'Create a personal access token, for programs',
        load: async () => (await import('./verbs/create/people.ts')).createTokenVerb,
      },
      {
        name: 'create password-link',
        summary: 'Make a link with which a user sets their password',
        load: async () => (await import('./verbs/create/people.ts')).createPasswordLinkVerb,
      },
      {
        name: 'create rule',
        aliases: ['create alert-rule'],
        summary: 'Create an alert rule',
        load: async () => (await import('./verbs/create/rule.ts')).createRuleVerb,
      },
      {
        name: 'create api',
        summary: 'Create an API',
        load: async () => (await import('./verbs/create/objects.ts')).createApiVerb,
      },
      {
        name: 'create apiaccess',
        aliases: ['create access'],
        summary: 'Create an APIAccess: who may call which APIs',
        load: async () => (await import('./verbs/create/objects.ts')).createAccessVerb,
      },
      {
        name: 'create apiratelimit',
        aliases: ['create ratelimit'],
        summary: 'Create an APIRateLimit: how often',
        load: async () => (await import('./verbs/create/objects.ts')).createRateLimitVerb,
      },
      {
        name: 'create apigateway',
        aliases: ['create gateway'],
        summary: 'Create an APIGateway: where APIs are reached',
        load: async () => (await import('./verbs/create/objects.ts')).createGatewayVerb,
      },
      {
        name: 'apply',
        summary: 'Create or change the objects of manifests, as one change',
        load: async () => (await import('./verbs/apply.ts')).applyVerb,
      },
      {
        name: 'edit',
        summary: 'Change a thing in your editor',
        load: async () => (await import('./verbs/edit.ts')).editVerb,
      },
      {
        name: 'patch',
        summary: 'Change fields of a thing',
        load: async () => (await import('./verbs/patch.ts')).patchVerb,
      },
      {
        name: 'label',
        summary: 'Set or remove labels of an object',
        load: async () => (await import('./verbs/patch.ts')).labelVerb,
      },
      {
        name: 'annotate',
        summary: 'Set or remove annotations of an object',
        load: async () => (await import('./verbs/patch.ts')).annotateVerb,
      },
      {
        name: 'diff',
        summary: 'Show what applying manifests would change, and for whom',
        load: async () => (await import('./verbs/diff.ts')).diffVerb,
      },
      {
        name: 'wait',
        summary: 'Wait until a cluster serves objects, or until they are gone',
        load: async () => (await import('./verbs/wait.ts')).waitVerb,
      },
      {
        name: 'rollout history',
        aliases: ['changes list', 'changes'],
        summary: 'List what was changed through the platform',
        load: async () => (await import('./verbs/rollout.ts')).historyVerb,
      },
      {
        name: 'rollout status',
        aliases: ['sync'],
        summary: 'Wait until clusters have applied what is wanted of them',
        load: async () => (await import('./verbs/rollout.ts')).statusVerb,
      },
      {
        name: 'rollout undo',
        aliases: ['changes rollback'],
        summary: 'Go back to an earlier state of a cluster',
        load: async () => (await import('./verbs/rollout.ts')).undoVerb,
      },
      {
        name: 'delete',
        summary: 'Delete things by name, or the objects of manifests',
        load: async () => (await import('./verbs/delete.ts')).deleteVerb,
      },
    ],
  },
  {
    title: 'People and their rights',
    verbs: [
      {
        name: 'grant',
        summary: 'Open an API to a group, or put a user in it',
        load: async () => (await import('./verbs/grant.ts')).grantVerb,
      },
      {
        name: 'revoke',
        aliases: ['ungrant'],
        summary: 'Take an API from a group, or a user out of it',
        load: async () => (await import('./verbs/grant.ts')).revokeVerb,
      },
      {
        name: 'disable',
        summary: 'Disable users or alert rules',
        load: async () => (await import('./verbs/acts.ts')).disableVerb,
      },
      {
        name: 'enable',
        summary: 'Enable users or alert rules again',
        load: async () => (await import('./verbs/acts.ts')).enableVerb,
      },
      {
        name: 'suspend',
        summary: 'Suspend API keys',
        load: async () => (await import('./verbs/acts.ts')).suspendVerb,
      },
      {
        name: 'resume',
        aliases: ['uncordon'],
        summary: 'Resume suspended API keys or drained brokers',
        load: async () => (await import('./verbs/acts.ts')).resumeVerb,
      },
      {
        name: 'auth can-i',
        summary: 'Say whether you may do something',
        load: async () => (await import('./verbs/auth.ts')).canIVerb,
      },
    ],
  },
  {
    title: 'Clusters and tunnels',
    verbs: [
      {
        name: 'drain',
        aliases: ['cordon'],
        summary: 'Move tunnels away from brokers',
        load: async () => (await import('./verbs/acts.ts')).drainVerb,
      },
      {
        name: 'reconnect',
        summary: 'Replace the connection of tunnels',
        load: async () => (await import('./verbs/acts.ts')).reconnectVerb,
      },
      {
        name: 'close',
        summary: 'End the connection of tunnels',
        load: async () => (await import('./verbs/acts.ts')).closeVerb,
      },
    ],
  },
  {
    title: 'Audit',
    verbs: [
      {
        name: 'audit list',
        summary: 'List what was changed, by whom, from where',
        load: async () => (await import('./verbs/audit.ts')).auditListVerb,
      },
      {
        name: 'audit verify',
        summary: 'Check that nothing of the audit was changed or removed',
        load: async () => (await import('./verbs/audit.ts')).auditVerifyVerb,
      },
      {
        name: 'audit export',
        summary: 'Print the audit as JSON lines',
        load: async () => (await import('./verbs/audit.ts')).auditExportVerb,
      },
    ],
  },
  {
    title: 'Manifests',
    verbs: [
      {
        name: 'validate',
        summary: 'Check manifests with the rules a cluster applies, without one',
        load: async () => (await import('./verbs/validate.ts')).validateVerb,
      },
      {
        name: 'schema',
        summary: 'Print the JSON Schema of a kind, for editors; without a kind list them',
        load: async () => (await import('./verbs/schema.ts')).schemaVerb,
      },
    ],
  },
  {
    title: 'Sign-in and contexts',
    verbs: [
      {
        name: 'login',
        summary: 'Sign in with a code that is confirmed in a browser on any machine, and remember it',
        load: async () => (await import('./verbs/login.ts')).loginVerb,
      },
      {
        name: 'logout',
        summary: 'End the session and forget its token',
        load: async () => (await import('./verbs/session.ts')).logoutVerb,
      },
      {
        name: 'whoami',
        aliases: ['auth whoami'],
        summary: 'Show who is signed in, where, and with which role',
        load: async () => (await import('./verbs/session.ts')).whoamiVerb,
      },
      {
        name: 'context',
        summary: 'List the platforms signed in to, or switch to one',
        load: async () => (await import('./verbs/config.ts')).contextVerb,
      },
      {
        name: 'config get-contexts',
        summary: 'List the contexts',
        load: async () => (await import('./verbs/config.ts')).getContextsVerb,
      },
      {
        name: 'config current-context',
        summary: 'Show the current context',
        load: async () => (await import('./verbs/config.ts')).currentContextVerb,
      },
      {
        name: 'config use-context',
        summary: 'Switch to another context',
        load: async () => (await import('./verbs/config.ts')).useContextVerb,
      },
      {
        name: 'config set-context',
        summary: 'Make or change a context',
        load: async () => (await import('./verbs/config.ts')).setContextVerb,
      },
      {
        name: 'config rename-context',
        summary: 'Rename a context',
        load: async () => (await import('./verbs/config.ts')).renameContextVerb,
      },
      {
        name: 'config delete-context',
        summary: 'Forget a context',
        load: async () => (await import('./verbs/config.ts')).deleteContextVerb,
      },
      {
        name: 'config view',
        summary: 'Show the configuration',
        load: async () => (await import('./verbs/config.ts')).viewConfigVerb,
      },
    ],
  },
  {
    title: 'This program',
    verbs: [
      {
        name: 'ui',
        summary: 'Open the terminal UI (also: portolan alone), at a place such as "apis state=refused"',
        load: async () => (await import('./verbs/ui.ts')).uiVerb,
      },
      {
        name: 'doctor',
        summary:
          'Check this installation and the way to the platform, or of tunnels to brokers, link by link',
        load: async () => (await import('./verbs/doctor.ts')).doctorVerb,
      },
      {
        name: 'completion',
        summary: 'Print the completion of a shell',
        load: async () => (await import('./verbs/completion.ts')).completionVerb,
      },
      {
        name: 'version',
        summary: 'Show the version',
        load: async () => (await import('./verbs/version.ts')).versionVerb,
      },
      {
        name: 'help',
        summary: 'Show how to use portolan, or one verb of it',
        load: async () => (await import('./verbs/help.ts')).createHelpVerb(verbGroups),
      },
    ],
  },
];

/** Every verb of every group. */
export const allVerbs: readonly VerbEntry[] = verbGroups.flatMap((group) => group.verbs);
