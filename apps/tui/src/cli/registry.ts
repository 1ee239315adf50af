import type { Verb, VerbEntry, VerbGroup } from './verb.ts';

type Entry<M> = readonly [summary: string, pick: (module: M) => Verb, ...aliases: string[]];

/** Verbs of one module, which is loaded only when one of them runs. */
function from<M>(
  module: () => Promise<M>,
  entries: Readonly<Record<string, Entry<M>>>,
): readonly VerbEntry[] {
  return Object.entries(entries).map(([name, [summary, pick, ...aliases]]) => ({
    name,
    aliases,
    summary,
    load: async () => pick(await module()),
  }));
}

const actions = () => import('./verbs/actions.ts');
const objects = () => import('./verbs/create/objects.ts');
const rollout = () => import('./verbs/rollout.ts');
const patch = () => import('./verbs/patch.ts');
const workspace = () => import('./verbs/workspace.ts');
const provider = () => import('./verbs/provider.ts');
const settings = () => import('./verbs/settings.ts');
const audit = () => import('./verbs/audit.ts');
const session = () => import('./verbs/session.ts');
const account = () => import('./verbs/account.ts');
const config = () => import('./verbs/config.ts');

const look: VerbGroup = {
  title: 'View',
  verbs: [
    ...from(() => import('./verbs/get.ts'), {
      get: ['List objects of a kind, or the named ones', (m) => m.getVerb],
    }),
    ...from(() => import('./verbs/describe.ts'), {
      describe: ['Show all details of an object', (m) => m.describeVerb],
    }),
    ...from(() => import('./verbs/explain.ts'), {
      explain: ['Describe the fields of a kind', (m) => m.explainVerb],
    }),
    ...from(() => import('./verbs/api-resources.ts'), {
      'api-resources': ['List the available kinds', (m) => m.apiResourcesVerb],
    }),
    ...from(() => import('./verbs/top.ts'), {
      top: ['Show the traffic of APIs', (m) => m.topVerb],
    }),
    ...from(() => import('./verbs/metrics.ts'), {
      metrics: ['Show everything that is measured of requests', (m) => m.metricsVerb],
      'metrics top': ['Show traffic by API, operation, status or caller', (m) => m.metricsTopVerb],
    }),
    ...from(() => import('./verbs/openapi.ts'), {
      openapi: ['Print the OpenAPI document of an API', (m) => m.openapiVerb],
    }),
    ...from(() => import('./verbs/logs.ts'), {
      logs: ['Show what agents logged in the last 24 hours', (m) => m.logsVerb],
    }),
    ...from(() => import('./verbs/log-requests.ts'), {
      'logs requests': ['Show or follow requests that gateways served', (m) => m.logRequestsVerb],
    }),
    ...from(() => import('./verbs/bisect.ts'), {
      bisect: ['Find the change since which a call is refused, or accepted', (m) => m.bisectVerb],
    }),
    ...from(() => import('./verbs/why.ts'), {
      why: ['Explain whether a gateway would accept a call, and why', (m) => m.whyVerb],
    }),
  ],
};

const change: VerbGroup = {
  title: 'Change',
  verbs: [
    ...from(() => import('./verbs/create/manifests.ts'), {
      create: ['Create an object of a kind, or the objects of manifests', (m) => m.createVerb],
    }),
    ...from(actions, {
      'create user': ['Create a user who can call APIs', (m) => m.createUserVerb],
      'create group': ['Create a group of users', (m) => m.createGroupVerb],
      'create key': ['Create an API key for a user', (m) => m.createKeyVerb, 'create apikey'],
      'create cluster': ['Enrol a cluster', (m) => m.createClusterVerb],
      'create member': [
        'Invite a person to administer the workspace',
        (m) => m.createMemberVerb,
        'create invitation',
        'invite',
      ],
      'create token': ['Create a personal access token for programs', (m) => m.createTokenVerb],
      'create password-link': [
        'Create a one-time link with which a user sets a password',
        (m) => m.createPasswordLinkVerb,
      ],
      'create workspace': ['Create a workspace', (m) => m.createWorkspaceVerb],
      'create rule': ['Create an alert rule', (m) => m.createRuleVerb, 'create alert-rule'],
      'create receiver': [
        'Create an alert receiver: a webhook or an e-mail address',
        (m) => m.createReceiverVerb,
      ],
      'create scim-token': [
        'Create a token for an identity provider that provisions by SCIM',
        (m) => m.createScimTokenVerb,
      ],
    }),
    ...from(objects, {
      'create api': ['Create an API', (m) => m.createApiVerb],
      'create apiaccess': [
        'Create an APIAccess: who can call which APIs',
        (m) => m.createAccessVerb,
        'create access',
      ],
      'create apiratelimit': [
        'Create an APIRateLimit: how often APIs can be called',
        (m) => m.createRateLimitVerb,
        'create ratelimit',
      ],
      'create apigateway': [
        'Create an APIGateway: where APIs are reached',
        (m) => m.createGatewayVerb,
        'create gateway',
      ],
    }),
    ...from(() => import('./verbs/apply.ts'), {
      apply: ['Create or change the objects of manifests, as one change', (m) => m.applyVerb],
    }),
    ...from(() => import('./verbs/edit.ts'), {
      edit: ['Edit an object in your editor', (m) => m.editVerb],
    }),
    ...from(patch, {
      patch: ['Change fields of an object', (m) => m.patchVerb],
      label: ['Set or remove labels of an object', (m) => m.labelVerb],
      annotate: ['Set or remove annotations of an object', (m) => m.annotateVerb],
    }),
    ...from(actions, {
      rename: ['Rename a group', (m) => m.renameVerb],
    }),
    ...from(() => import('./verbs/people.ts'), {
      import: ['Create and change users or groups of a CSV or YAML file', (m) => m.importVerb],
      export: ['Write users or groups as CSV or YAML', (m) => m.exportVerb],
    }),
    ...from(() => import('./verbs/diff.ts'), {
      diff: ['Show what applying manifests would change, and for whom', (m) => m.diffVerb],
    }),
    ...from(() => import('./verbs/wait.ts'), {
      wait: ['Wait until a cluster serves objects, or until they are deleted', (m) => m.waitVerb],
    }),
    ...from(rollout, {
      'rollout history': [
        'List changes, or show one of them',
        (m) => m.historyVerb,
        'changes list',
        'changes',
      ],
      'rollout status': ['Wait until clusters have applied all changes', (m) => m.statusVerb, 'sync'],
      'rollout undo': [
        'Undo the last change, or roll back to a revision',
        (m) => m.undoVerb,
        'changes rollback',
      ],
    }),
    ...from(() => import('./verbs/delete.ts'), {
      delete: ['Delete objects', (m) => m.deleteVerb],
    }),
  ],
};

const people: VerbGroup = {
  title: 'Access',
  verbs: [
    ...from(actions, {
      grant: ['Grant APIs to a group, or add users to it', (m) => m.grantVerb],
      revoke: ['Revoke APIs from a group, or remove users from it', (m) => m.revokeVerb, 'ungrant'],
      disable: ['Disable users or alert rules', (m) => m.disableVerb],
      enable: ['Enable users or alert rules', (m) => m.enableVerb],
      rotate: ['Replace an API key by a new one, with a grace period', (m) => m.rotateKeyVerb],
      suspend: ['Suspend API keys', (m) => m.suspendVerb],
      resume: ['Resume suspended API keys', (m) => m.resumeVerb],
      'set role': ['Change the role of a member', (m) => m.setRoleVerb],
    }),
    ...from(() => import('./verbs/auth.ts'), {
      'auth can-i': ['Check whether you are allowed to do something', (m) => m.canIVerb],
    }),
  ],
};

const administration: readonly VerbGroup[] = [
  {
    title: 'Workspace, identity provider and settings',
    verbs: [
      ...from(workspace, {
        'workspace list': ['List your workspaces', (m) => m.workspaceListVerb, 'workspaces'],
      }),
      ...from(actions, {
        'workspace rename': ['Rename the workspace', (m) => m.workspaceRenameVerb],
        'workspace leave': ['Leave the workspace', (m) => m.workspaceLeaveVerb],
      }),
      ...from(workspace, {
        'workspace delete': ['Delete a workspace', (m) => m.workspaceDeleteVerb],
      }),
      ...from(provider, {
        'provider test': ['Test an identity provider without saving it', (m) => m.providerTestVerb],
        'provider plan': [
          'Show who would lose and regain access with an identity provider',
          (m) => m.providerPlanVerb,
        ],
        'provider use': ['Use an identity provider', (m) => m.providerUseVerb, 'provider restore'],
        'provider sync': ['Synchronise users and groups now', (m) => m.providerSyncVerb],
        'provider claims': ['Show which user a token identifies', (m) => m.providerClaimsVerb],
      }),
      ...from(settings, {
        'settings get': ['Show the settings of the workspace', (m) => m.settingsGetVerb, 'settings'],
        'settings apply': ['Change the settings of the workspace', (m) => m.settingsApplyVerb],
      }),
    ],
  },
  {
    title: 'Alerts',
    verbs: [
      ...from(actions, {
        'receiver test': ['Send a test notification to an alert receiver', (m) => m.testReceiverVerb],
        silence: ['Silence an alert rule for some time', (m) => m.silenceVerb],
        unsilence: ['End the silence of an alert rule', (m) => m.unsilenceVerb],
      }),
    ],
  },
  {
    title: 'Clusters and tunnels',
    verbs: [
      ...from(actions, {
        'cluster rotate-token': ['Replace the agent token of a cluster', (m) => m.rotateTokenVerb],
        'cluster revoke-token': [
          'Revoke the agent token of a cluster and close its tunnels',
          (m) => m.revokeTokenVerb,
        ],
        'cluster restart': [
          'Restart the agents of clusters, one replica after another',
          (m) => m.restartClusterVerb,
        ],
        'policy set': ['Set the access control policy of routes of a cluster', (m) => m.setPolicyVerb],
        'policy remove': [
          'Remove the access control policy of routes of a cluster',
          (m) => m.removePolicyVerb,
        ],
        approve: ['Let brokers serve agents and the public', (m) => m.approveVerb],
        'broker revoke': ['Shut brokers out at once', (m) => m.revokeBrokerVerb],
        drain: ['Move tunnels away from brokers', (m) => m.drainVerb, 'cordon'],
        uncordon: ['Let drained brokers accept tunnels again', (m) => m.uncordonVerb],
        reconnect: ['Replace the connection of tunnels', (m) => m.reconnectVerb],
        close: ['Close the connection of tunnels', (m) => m.closeVerb],
        'subscription approve': [
          'Let the applications of subscriptions call',
          (m) => m.approveSubscriptionVerb,
        ],
        'subscription reject': ['Refuse subscriptions, or end them', (m) => m.rejectSubscriptionVerb],
        'certificate check': [
          'Try now what a certificate of a custom domain waits for',
          (m) => m.checkCertificateVerb,
        ],
        'domain check': ['Look now for the DNS record that proves a custom domain', (m) => m.checkDomainVerb],
        'preview portal': ['Create a link that shows an API portal as a user', (m) => m.previewPortalVerb],
      }),
    ],
  },
  {
    title: 'Audit',
    verbs: [
      ...from(audit, {
        'audit list': ['List audit events: what was changed, by whom, from where', (m) => m.auditListVerb],
        'audit verify': ['Check that no audit event was changed or removed', (m) => m.auditVerifyVerb],
        'audit export': ['Print audit events as JSON lines', (m) => m.auditExportVerb],
      }),
    ],
  },
];

const withoutPlatform: readonly VerbGroup[] = [
  {
    title: 'Manifests',
    verbs: [
      ...from(() => import('./verbs/validate.ts'), {
        validate: ['Check manifests by the rules of a cluster, without one', (m) => m.validateVerb],
      }),
      ...from(() => import('./verbs/migrate.ts'), {
        migrate: ['Write manifests of generation v3 for those of v2', (m) => m.migrateVerb],
      }),
      ...from(() => import('./verbs/import-gateway.ts'), {
        'import kong': ['Write manifests for the configuration of Kong (decK)', (m) => m.importKongVerb],
        'import tyk': ['Write manifests for API definitions and policies of Tyk', (m) => m.importTykVerb],
        'import apisix': ['Write manifests for the configuration of APISIX', (m) => m.importApisixVerb],
        'import traefik': [
          'Write manifests for files and objects of plain Traefik',
          (m) => m.importTraefikVerb,
        ],
      }),
      ...from(() => import('./verbs/schema.ts'), {
        schema: ['Print the JSON Schema of a kind for editors, or list the kinds', (m) => m.schemaVerb],
      }),
    ],
  },
  {
    title: 'Sign-in and contexts',
    verbs: [
      ...from(() => import('./verbs/login.ts'), {
        login: ['Sign in with a code that you confirm in a browser on any machine', (m) => m.loginVerb],
      }),
      ...from(session, {
        logout: ['End the session and delete its token', (m) => m.logoutVerb],
        whoami: ['Show the signed-in account, its workspace and role', (m) => m.whoamiVerb, 'auth whoami'],
      }),
      ...from(account, {
        'account change-password': [
          'Change the password of your account',
          (m) => m.changePasswordVerb,
          'passwd',
        ],
        'account enable-second-factor': [
          'Require a code from an authenticator app at sign-in',
          (m) => m.enableSecondFactorVerb,
        ],
        'account disable-second-factor': [
          'Stop requiring a code at sign-in',
          (m) => m.disableSecondFactorVerb,
        ],
      }),
      ...from(config, {
        context: ['List the contexts, or switch to one', (m) => m.contextVerb],
        'config get-contexts': ['List the contexts', (m) => m.getContextsVerb],
        'config current-context': ['Show the current context', (m) => m.currentContextVerb],
        'config use-context': ['Switch to another context', (m) => m.useContextVerb],
        'config set-context': ['Create or change a context', (m) => m.setContextVerb],
        'config rename-context': ['Rename a context', (m) => m.renameContextVerb],
        'config delete-context': ['Delete a context', (m) => m.deleteContextVerb],
        'config view': ['Show the configuration', (m) => m.viewConfigVerb],
      }),
    ],
  },
];

/**
 * Every verb except `up`, which the launcher runs without loading any of this. Help, completion and docs/cli.md are derived
 * from it.
 */
export const verbGroups: readonly VerbGroup[] = [
  look,
  change,
  people,
  ...administration,
  ...withoutPlatform,
  {
    title: 'This program',
    verbs: [
      ...from(() => import('./verbs/ui.ts'), {
        ui: [
          'Open the terminal UI (also: portolan alone), at a place such as "apis state=refused"',
          (m) => m.uiVerb,
        ],
      }),
      ...from(() => import('./verbs/doctor.ts'), {
        doctor: [
          'Check this installation and the connection to the platform, or to brokers',
          (m) => m.doctorVerb,
        ],
      }),
      ...from(() => import('./verbs/completion.ts'), {
        completion: ['Print the completion script of a shell', (m) => m.completionVerb],
      }),
      ...from(() => import('./verbs/version.ts'), {
        version: ['Show the version', (m) => m.versionVerb],
      }),
      ...from(() => import('./verbs/help.ts'), {
        help: ['Show how to use portolan, or one of its verbs', (m) => m.createHelpVerb(verbGroups)],
      }),
    ],
  },
];

/** Every verb of every group. */
export const allVerbs: readonly VerbEntry[] = verbGroups.flatMap((group) => group.verbs);
