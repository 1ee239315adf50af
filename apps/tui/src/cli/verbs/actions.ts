import {
  receiverCreate,
  receiverTest,
  ruleCreate,
  ruleDisable,
  ruleEnable,
  ruleSilence,
  ruleUnsilence,
} from '@portolan/console/actions/alerts';
import {
  clusterRestart,
  resourceRemovePolicy,
  resourceSetPolicy,
} from '@portolan/console/actions/cluster-commands';
import { clusterCreate, clusterRevokeToken, clusterRotateToken } from '@portolan/console/actions/clusters';
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
import { apiGrant, apiRevoke } from '@portolan/console/actions/grant';
import { groupCreate, groupRename } from '@portolan/console/actions/groups';
import { keyCreate, keyResume, keyRotate, keySuspend } from '@portolan/console/actions/keys';
import { memberInvite, memberSetRole } from '@portolan/console/actions/members';
import { scimTokenCreate } from '@portolan/console/actions/scim-tokens';
import { tokenCreate } from '@portolan/console/actions/tokens';
import { subscriptionApprove, subscriptionReject } from '@portolan/console/actions/subscriptions';
import {
  userAddToGroup,
  userCreate,
  userDisable,
  userEnable,
  userPasswordLink,
  userRemoveFromGroup,
} from '@portolan/console/actions/users';
import { workspaceCreate, workspaceLeave, workspaceRename } from '@portolan/console/actions/workspace';
import type { Action } from '@portolan/console/actions/action';
import { usageFailure } from '@portolan/console/failure';
import { currentWorkspaces } from '@portolan/console/kinds/workspaces';
import { actionVerb, type Arranged } from '../action-verb.ts';

export const createUserVerb = actionVerb({
  verb: 'create user',
  actions: [userCreate],
  words: ['email'],
  examples: [
    'portolan create user ada@example.com --group crew --first-name Ada',
    'portolan create user ada@example.com --group pilots --create-group',
  ],
});
export const createGroupVerb = actionVerb({
  verb: 'create group',
  actions: [groupCreate],
  words: ['name'],
  examples: ['portolan create group crew'],
});
export const createKeyVerb = actionVerb({
  verb: 'create key',
  actions: [keyCreate],
  words: ['name'],
  details: 'The key alone is written to standard output.',
  examples: [
    'portolan create key checkin --user ada@example.com',
    'portolan create key ci --user ci@example.com --expires 90d > ci.key',
  ],
});
export const createClusterVerb = actionVerb({
  verb: 'create cluster',
  actions: [clusterCreate],
  words: ['name'],
  details: 'The token alone is written to standard output.',
  examples: ['portolan create cluster prod-eu > agent-token'],
});
export const createMemberVerb = actionVerb({
  verb: 'create member',
  actions: [memberInvite],
  words: ['email'],
  details: 'A link that could not be e-mailed is written alone to standard output.',
  examples: ['portolan create member grace@example.com --role editor'],
});
export const createPasswordLinkVerb = actionVerb({
  verb: 'create password-link',
  actions: [userPasswordLink],
  usage: 'EMAIL',
  examples: ['portolan create password-link ada@example.com'],
  complete: [{ of: 'users' }],
});
export const createTokenVerb = actionVerb({
  verb: 'create token',
  actions: [tokenCreate],
  words: ['name'],
  details: 'The token alone is written to standard output.',
  examples: [
    'portolan create token ci --expires 90d --scope resources.read,resources.write > token',
    'PORTOLAN_TOKEN=$(cat token) portolan apply -f api.yaml',
  ],
});
export const createRuleVerb = actionVerb({
  verb: 'create rule',
  actions: [ruleCreate],
  words: ['name'],
  usage: 'NAME --api NAMESPACE/NAME --metric METRIC --above NUMBER',
  examples: [
    'portolan create rule flights-failing --api airline/flights --metric errorsPerSecond --above 1',
    'portolan create rule tickets-silent --api airline/tickets --metric requestsPerSecond --below 0.1 --within 1h --times 3',
  ],
});
export const createReceiverVerb = actionVerb({
  verb: 'create receiver',
  actions: [receiverCreate],
  words: ['name'],
  usage: 'NAME --webhook URL\nNAME --mail EMAIL',
  details: 'The secret alone is written to standard output.',
  examples: [
    'portolan create receiver on-call --mail on-call@example.com --min-severity critical',
    'portolan create receiver chat --webhook https://hooks.example.com/portolan > webhook.secret',
  ],
});
export const createScimTokenVerb = actionVerb({
  verb: 'create scim-token',
  actions: [scimTokenCreate],
  words: ['name'],
  details: 'The token alone is written to standard output.',
  examples: ['portolan create scim-token okta > scim-token'],
});
export const createWorkspaceVerb = actionVerb({
  verb: 'create workspace',
  actions: [workspaceCreate],
  words: ['name'],
  details: 'Switch to it with: portolan config set-context --current --workspace ID',
  examples: ['portolan create workspace Staging --id staging'],
});

export const renameVerb = actionVerb({
  verb: 'rename',
  actions: [groupRename],
  words: ['name'],
  usage: 'group NAME NEW-NAME',
  examples: ['portolan rename group crew aircrew --dry-run', 'portolan rename group crew aircrew --yes'],
});
export const disableVerb = actionVerb({
  verb: 'disable',
  actions: [userDisable, ruleDisable],
  examples: ['portolan disable user ada@example.com'],
});
export const enableVerb = actionVerb({
  verb: 'enable',
  actions: [userEnable, ruleEnable],
  examples: ['portolan enable user ada@example.com'],
});
export const rotateKeyVerb = actionVerb({
  verb: 'rotate',
  actions: [keyRotate],
  usage: 'key NAME [--grace TIME|--now]',
  details: 'The new key alone is written to standard output.',
  examples: [
    'portolan rotate key checkin --grace 24h > checkin.key',
    'portolan rotate key mobile --user ada@example.com --now',
  ],
});
export const suspendVerb = actionVerb({
  verb: 'suspend',
  actions: [keySuspend],
  details: 'A key is named by its name, ID or prefix.',
  examples: ['portolan suspend key checkin', 'portolan suspend key mobile --user ada@example.com'],
});
export const resumeVerb = actionVerb({
  verb: 'resume',
  actions: [keyResume, brokerUncordon],
  examples: ['portolan resume key checkin'],
});
export const approveVerb = actionVerb({
  verb: 'approve',
  actions: [brokerApprove],
  examples: ['portolan approve broker eu-1'],
});
export const revokeBrokerVerb = actionVerb({
  verb: 'broker revoke',
  actions: [brokerRevoke],
  usage: 'BROKER',
  examples: ['portolan broker revoke eu-1'],
  complete: [{ of: 'brokers' }],
});
export const drainVerb = actionVerb({
  verb: 'drain',
  actions: [brokerDrain],
  examples: ['portolan drain broker-1'],
});
export const uncordonVerb = actionVerb({
  verb: 'uncordon',
  actions: [brokerUncordon],
  examples: ['portolan uncordon broker-1'],
});
export const reconnectVerb = actionVerb({
  verb: 'reconnect',
  actions: [tunnelReconnect],
  examples: ['portolan reconnect tunnel ID'],
});
export const closeVerb = actionVerb({
  verb: 'close',
  actions: [tunnelClose],
  examples: ['portolan close tunnel ID --yes'],
});
export const checkDomainVerb = actionVerb({
  verb: 'domain check',
  actions: [domainCheck],
  usage: 'DOMAIN...',
  examples: ['portolan domain check api.example.com'],
  complete: [{ of: 'domains' }],
});
export const checkCertificateVerb = actionVerb({
  verb: 'certificate check',
  actions: [certificateRetry],
  usage: 'DOMAIN...',
  examples: ['portolan certificate check api.example.com'],
  complete: [{ of: 'certificates' }],
});
export const approveSubscriptionVerb = actionVerb({
  verb: 'subscription approve',
  actions: [subscriptionApprove],
  usage: 'NAME...',
  examples: ['portolan subscription approve planner-tickets'],
  complete: [{ of: 'subscriptions' }],
});
export const rejectSubscriptionVerb = actionVerb({
  verb: 'subscription reject',
  actions: [subscriptionReject],
  usage: 'NAME...',
  examples: ['portolan subscription reject planner-tickets'],
  complete: [{ of: 'subscriptions' }],
});
export const previewPortalVerb = actionVerb({
  verb: 'preview portal',
  actions: [portalPreview],
  usage: 'PORTAL --as USER',
  details:
    'Prints a link that shows the portal as the user sees it. It is opened within a minute; nothing can be changed there.',
  examples: ['portolan preview portal airline --as ada@example.com'],
  complete: [{ of: 'portals' }],
});
export const setRoleVerb = actionVerb({
  verb: 'set role',
  actions: [memberSetRole],
  words: ['role'],
  usage: 'EMAIL ROLE',
  examples: ['portolan set role grace@example.com admin'],
  complete: [{ of: 'members' }, ['owner', 'admin', 'editor', 'viewer']],
});
export const silenceVerb = actionVerb({
  verb: 'silence',
  actions: [ruleSilence],
  usage: 'rule NAME --reason TEXT [--for TIME]',
  examples: ['portolan silence rule flights-failing --for 2h --reason "release 4.2"'],
});
export const unsilenceVerb = actionVerb({
  verb: 'unsilence',
  actions: [ruleUnsilence],
  examples: ['portolan unsilence rule flights-failing'],
});
export const testReceiverVerb = actionVerb({
  verb: 'receiver test',
  actions: [receiverTest],
  usage: 'NAME',
  details: 'The exit code is 1 when the notification is not delivered.',
  examples: ['portolan receiver test on-call'],
  complete: [{ of: 'receivers' }],
});
export const rotateTokenVerb = actionVerb({
  verb: 'cluster rotate-token',
  actions: [clusterRotateToken],
  usage: 'CLUSTER',
  details: 'The new token alone is written to standard output.',
  examples: ['portolan cluster rotate-token prod-eu --yes > agent-token'],
  complete: [{ of: 'clusters' }],
});
export const revokeTokenVerb = actionVerb({
  verb: 'cluster revoke-token',
  actions: [clusterRevokeToken],
  usage: 'CLUSTER',
  examples: ['portolan cluster revoke-token prod-eu'],
  complete: [{ of: 'clusters' }],
});

export const workspaceRenameVerb = actionVerb({
  verb: 'workspace rename',
  actions: [workspaceRename],
  words: ['name'],
  usage: 'NEW-NAME',
  rows: currentWorkspaces,
  examples: ['portolan workspace rename Production'],
  complete: [],
});
export const workspaceLeaveVerb = actionVerb({
  verb: 'workspace leave',
  actions: [workspaceLeave],
  usage: '',
  rows: currentWorkspaces,
  examples: ['portolan workspace leave --workspace staging'],
  complete: [],
});

export const grantVerb = groupVerb('grant', apiGrant, userAddToGroup, [
  'portolan grant crew api flights --dry-run',
  'portolan grant crew user ada@example.com',
]);
export const revokeVerb = groupVerb('revoke', apiRevoke, userRemoveFromGroup, [
  'portolan revoke crew api flights',
  'portolan revoke crew user ada@example.com',
]);

/** `grant GROUP api NAME`, `grant GROUP user EMAIL` */
function groupVerb(verb: string, onApi: Action, onUser: Action, examples: readonly string[]) {
  return actionVerb({
    verb,
    actions: [onApi, onUser],
    usage: 'GROUP api NAME…\nGROUP user EMAIL…',
    examples,
    complete: [{ of: 'groups' }, ['api', 'user'], 'objects'],
    words: ['group'],
    arrange([group, kind, ...names]: readonly string[]): Arranged {
      const usage = `portolan ${verb} GROUP api NAME, or portolan ${verb} GROUP user EMAIL.`;
      const action = kind === 'api' ? onApi : kind === 'user' ? onUser : undefined;
      if (group === undefined || action === undefined || names.length === 0)
        throw usageFailure(group === undefined ? 'The group is missing.' : 'Say what to change.', usage);
      return { action, names, values: { group } };
    },
  });
}
export const restartClusterVerb = actionVerb({
  verb: 'cluster restart',
  actions: [clusterRestart],
  usage: 'CLUSTER...',
  examples: ['portolan cluster restart production'],
  complete: [{ of: 'clusters' }],
});
export const setPolicyVerb = actionVerb({
  verb: 'policy set',
  actions: [resourceSetPolicy],
  usage: 'ROUTE... --policy NAME',
  details: 'A route is an Ingress or IngressRoute of a cluster, named by its name.',
  examples: ['portolan policy set web --policy crew'],
  complete: [{ of: 'resources' }],
});
export const removePolicyVerb = actionVerb({
  verb: 'policy remove',
  actions: [resourceRemovePolicy],
  usage: 'ROUTE...',
  examples: ['portolan policy remove web --yes'],
  complete: [{ of: 'resources' }],
});
