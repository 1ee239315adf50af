import type { VerbGroup } from '../verb.ts';
import { verb } from './entry.ts';

/** Verbs about whatever kind of thing. */
export const aboutThings: readonly VerbGroup[] = [
  {
    title: 'Look',
    verbs: [
      verb(
        'get',
        'List things of a kind, or the named ones',
        async () => (await import('../verbs/get.ts')).getVerb,
      ),
      verb(
        'describe',
        'Show everything about one thing',
        async () => (await import('../verbs/describe.ts')).describeVerb,
      ),
      verb(
        'explain',
        'Describe the fields of a kind',
        async () => (await import('../verbs/explain.ts')).explainVerb,
      ),
      verb(
        'api-resources',
        'List the kinds there are',
        async () => (await import('../verbs/api-resources.ts')).apiResourcesVerb,
      ),
      verb('top', 'Show how busy APIs are', async () => (await import('../verbs/top.ts')).topVerb),
      verb(
        'openapi',
        'Print the OpenAPI document of an API',
        async () => (await import('../verbs/openapi.ts')).openapiVerb,
      ),
      verb(
        'logs',
        'Show what the agents reported in the last 24 hours',
        async () => (await import('../verbs/logs.ts')).logsVerb,
      ),
      verb(
        'why',
        'Explain whether a gateway would let a call through, and why',
        async () => (await import('../verbs/why.ts')).whyVerb,
      ),
    ],
  },
  {
    title: 'Change',
    verbs: [
      verb(
        'create',
        'Create a thing of a kind, or the objects of manifests',
        async () => (await import('../verbs/create/manifests.ts')).createVerb,
      ),
      verb(
        'create user',
        'Create a user, who may then use APIs',
        async () => (await import('../verbs/create/people.ts')).createUserVerb,
      ),
      verb(
        'create group',
        'Create a group of users',
        async () => (await import('../verbs/create/people.ts')).createGroupVerb,
      ),
      verb(
        'create key',
        'Create an API key for a user',
        async () => (await import('../verbs/create/people.ts')).createKeyVerb,
        ['create apikey'],
      ),
      verb(
        'create cluster',
        'Enrol a cluster',
        async () => (await import('../verbs/create/people.ts')).createClusterVerb,
      ),
      verb(
        'create member',
        'Invite a person to administer the workspace',
        async () => (await import('../verbs/create/people.ts')).createMemberVerb,
        ['create invitation', 'invite'],
      ),
      verb(
        'create token',
        'Create a personal access token, for programs',
        async () => (await import('../verbs/create/people.ts')).createTokenVerb,
      ),
      verb(
        'create password-link',
        'Make a link with which a user sets their password',
        async () => (await import('../verbs/create/people.ts')).createPasswordLinkVerb,
      ),
      verb(
        'create workspace',
        'Create a workspace',
        async () => (await import('../verbs/workspace.ts')).createWorkspaceVerb,
      ),
      verb(
        'create rule',
        'Create an alert rule',
        async () => (await import('../verbs/create/rule.ts')).createRuleVerb,
        ['create alert-rule'],
      ),
      verb(
        'create receiver',
        'Tell a webhook or a mail address of alerts',
        async () => (await import('../verbs/receiver.ts')).createReceiverVerb,
      ),
      verb(
        'create api',
        'Create an API',
        async () => (await import('../verbs/create/objects.ts')).createApiVerb,
      ),
      verb(
        'create apiaccess',
        'Create an APIAccess: who may call which APIs',
        async () => (await import('../verbs/create/objects.ts')).createAccessVerb,
        ['create access'],
      ),
      verb(
        'create apiratelimit',
        'Create an APIRateLimit: how often',
        async () => (await import('../verbs/create/objects.ts')).createRateLimitVerb,
        ['create ratelimit'],
      ),
      verb(
        'create apigateway',
        'Create an APIGateway: where APIs are reached',
        async () => (await import('../verbs/create/objects.ts')).createGatewayVerb,
        ['create gateway'],
      ),
      verb(
        'apply',
        'Create or change the objects of manifests, as one change',
        async () => (await import('../verbs/apply.ts')).applyVerb,
      ),
      verb('edit', 'Change a thing in your editor', async () => (await import('../verbs/edit.ts')).editVerb),
      verb('patch', 'Change fields of a thing', async () => (await import('../verbs/patch.ts')).patchVerb),
      verb(
        'label',
        'Set or remove labels of an object',
        async () => (await import('../verbs/patch.ts')).labelVerb,
      ),
      verb(
        'annotate',
        'Set or remove annotations of an object',
        async () => (await import('../verbs/patch.ts')).annotateVerb,
      ),
      verb(
        'diff',
        'Show what applying manifests would change, and for whom',
        async () => (await import('../verbs/diff.ts')).diffVerb,
      ),
      verb(
        'wait',
        'Wait until a cluster serves objects, or until they are gone',
        async () => (await import('../verbs/wait.ts')).waitVerb,
      ),
      verb(
        'rollout history',
        'List what was changed through the platform',
        async () => (await import('../verbs/rollout.ts')).historyVerb,
        ['changes list', 'changes'],
      ),
      verb(
        'rollout status',
        'Wait until clusters have applied what is wanted of them',
        async () => (await import('../verbs/rollout.ts')).statusVerb,
        ['sync'],
      ),
      verb(
        'rollout undo',
        'Go back to an earlier state of a cluster',
        async () => (await import('../verbs/rollout.ts')).undoVerb,
        ['changes rollback'],
      ),
      verb(
        'delete',
        'Delete things by name, or the objects of manifests',
        async () => (await import('../verbs/delete.ts')).deleteVerb,
      ),
    ],
  },
];
