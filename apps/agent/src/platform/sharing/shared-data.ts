import { getIssuedChain, reportCertificates } from '@portolan/contract/certificates';
import { followCommands, reportCommandResult } from '@portolan/contract/agent-commands';
import { linkAgent, renewAgentCredential, reportHeartbeat, type NotShared } from '@portolan/contract/agent';
import {
  compareOpenApi,
  replaceResources,
  reportKeyUse,
  reportLogs,
  reportMetrics,
  updateResources,
  uploadOpenApi,
} from '@portolan/contract/agent-reports';
import { reportCommand } from '@portolan/contract/cluster-commands';
import { confirmState, followState } from '@portolan/contract/desired-state';
import { changePortalObjects } from '@portolan/contract/portal-changes';
import type { RouteDefinition } from '@portolan/contract/route';

/** Data that is sent from the cluster to the platform. */
export interface SharedData {
  readonly title: string;
  /** What the platform does with it, as the end of "so that …". */
  readonly purpose: string;
  readonly when: string;
  /** What is left out before it is sent. */
  readonly without?: string;
  /** Requests that carry it; no other request of the agent is let through. */
  readonly routes: readonly RouteDefinition[];
}

/** Sent by every agent that is linked to a platform. */
const ALWAYS_SHARED = {
  link: {
    title: 'The link',
    purpose: 'the platform knows which cluster this is and gives the agent a credential and its tunnels',
    when: 'at the start, when tunnels lead nowhere, and when the credential is renewed',
    without:
      'the private key, which never leaves the agent; the agent token is sent as the authorization of the first link',
    routes: [linkAgent, renewAgentCredential],
  },
  heartbeat: {
    title: 'Heartbeats',
    purpose: 'the platform shows whether the agent is alive, how much it serves and what does not respond',
    when: 'every 10 s',
    routes: [reportHeartbeat],
  },
  state: {
    title: 'The state that is applied',
    purpose:
      'the platform shows which of its changes have arrived, and what is wrong with objects made on it',
    when: 'after each change that came from the platform',
    routes: [followState, confirmState],
  },
  commands: {
    title: 'Reports of commands',
    purpose: 'an administrator who restarts agents or sets a policy sees what became of it',
    when: 'once for each command',
    routes: [reportCommand],
  },
  portals: {
    title: 'Changes made in portals',
    purpose: 'applications, keys and subscriptions of users are made, and administrators can decide on them',
    when: 'when a signed-in user of a portal of generation v3 makes, changes or deletes one',
    without: 'the access token of the user: their identifier, e-mail address and groups are sent',
    routes: [changePortalObjects],
  },
  certificates: {
    title: 'Requests to sign certificates',
    purpose: 'the platform orders certificates of custom domains from a public authority',
    when: 'when a certificate is ordered, validated or served',
    without: 'the private keys, which never leave the cluster',
    routes: [reportCertificates, getIssuedChain],
  },
} as const satisfies Readonly<Record<string, SharedData>>;

/** Sent unless `--share` leaves it out. */
const OPTIONALLY_SHARED = {
  resources: {
    title: 'Resources and their problems',
    purpose:
      'the platform shows APIs, checks changes before they are made, explains decisions and assigns domains',
    when: 'once, then what has changed',
    without:
      'all data of Secrets and ConfigMaps, credentials inside policies and middlewares, values of environment variables, status, managed fields, and kubectl’s copy of an object',
    routes: [replaceResources, updateResources],
  },
  openapi: {
    title: 'OpenAPI documents',
    purpose: 'users of APIs and the platform can read them',
    when: 'when a document of an API is new or has changed',
    routes: [compareOpenApi, uploadOpenApi],
  },
  metrics: {
    title: 'Metrics',
    purpose: 'the platform shows rates, errors and response times, and evaluates alerts',
    when: 'once a minute',
    without: 'requests themselves: only sums per minute are sent',
    routes: [reportMetrics],
  },
  keys: {
    title: 'Use of API keys',
    purpose: 'the platform shows when a key was last used',
    when: 'when a key was used, at most once a minute',
    without: 'the key: its identifier is sent',
    routes: [reportKeyUse],
  },
  requests: {
    title: 'Requests that someone looks at',
    purpose:
      'members of the workspace can follow requests and see the slowest and the failing ones; the platform keeps none',
    when: 'while someone looks, for at most 10 minutes at a time',
    without: 'bodies, queries, header fields, credentials in paths, and the last part of addresses',
    routes: [followCommands, reportCommandResult],
  },
  logs: {
    title: 'Warnings and errors of the agent',
    purpose: 'the platform shows what is wrong with an agent; it keeps them for 24 h',
    when: 'as they are logged',
    without: 'secrets, which the logger removes',
    routes: [reportLogs],
  },
} as const satisfies Readonly<Record<string, SharedData>>;

export type OptionallyShared = keyof typeof OPTIONALLY_SHARED;

/** Names for `--share`. */
export const SHARE_NAMES = Object.keys(OPTIONALLY_SHARED) as OptionallyShared[];

/** Returns whether an optional part of this name is among those that are shared. */
export function isShared(name: string, shared: ReadonlySet<OptionallyShared>): boolean {
  return SHARE_NAMES.some((known) => known === name && shared.has(known));
}

/** Returns what is not sent where these optional parts are shared. */
export function listNotShared(shared: ReadonlySet<OptionallyShared>): NotShared[] {
  return SHARE_NAMES.filter((name) => !shared.has(name)).map((name) => {
    const { title, purpose } = OPTIONALLY_SHARED[name];
    return { name, title, purpose };
  });
}

/** Returns everything that is sent to the platform, by name, where these optional parts are shared. */
export function sharedData(
  shared: ReadonlySet<OptionallyShared>,
): readonly (readonly [string, SharedData])[] {
  const optional = Object.entries(OPTIONALLY_SHARED).filter(([name]) => shared.has(name as OptionallyShared));
  return [...Object.entries(ALWAYS_SHARED), ...optional];
}
