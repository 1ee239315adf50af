import {
  listCommands,
  policyTarget,
  sendCommand,
  type ClusterCommand,
  type CommandRequest,
  type PolicyTarget,
} from '@portolan/contract/cluster-commands';
import type { Cluster } from '@portolan/contract/clusters';
import { getResource, type Resource } from '@portolan/contract/resources';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { clusters } from '../kinds/clusters.ts';
import type { Session } from '../kinds/kind.ts';
import { resources } from '../kinds/resources.ts';
import { defineAction, stepsFor, type Outcome } from './action.ts';
import { text } from './input.ts';

const ANNOTATION = 'hub.traefik.io/access-control-policy';
/** How long the outcome of a command is waited for; it may come later, and is among the commands of the cluster then. */
const WAIT_MS = 15_000;
const LOOK_MS = 500;

async function send(session: Session, cluster: string, body: CommandRequest): Promise<ClusterCommand> {
  const { client, workspace } = session;
  const params = { workspace, cluster };
  const sent = await client.call(sendCommand, { params, body });
  const end = Date.now() + WAIT_MS;
  for (let now = sent; ;) {
    if (now.state !== 'pending' || Date.now() > end) return now;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const { commands } = await client.call(listCommands, { params });
    now = commands.find(({ id }) => id === sent.id) ?? now;
  }
}

/** @throws Failure when the agent could not carry the command out. */
function outcomeOf(command: ClusterCommand, done: string): Partial<Outcome> {
  const { state, message } = command;
  if (state === 'failed') throw new Failure(`The agent refused: ${message ?? 'without a reason'}.`);
  if (state === 'succeeded') return { note: done };
  return {
    done: 'asked',
    note: 'The agent has not reported yet; the Commands tab of the cluster shows what becomes of it.',
  };
}

export const clusterRestart = defineAction({
  id: 'clusters.restart',
  title: 'Restart the agents of clusters',
  button: 'Restart',
  done: 'asked to restart',
  details:
    'Replicas restart one after another: each finishes what it serves, ends, and is started again by Kubernetes or its supervisor.',
  permission: 'clusters.write',
  danger: 1,
  kind: clusters,
  takes: 'some',
  keys: [],
  inputs: z.object({}),
  whyNot: ({ state }: Cluster) =>
    state === 'connected' || state === 'degraded' ? null : 'its agent is not connected',
  plan: ({ client, workspace }, rows) => ({
    lines: [
      'Replicas restart one after another, each once its requests have ended.',
      'With one replica, the gateway is away for some seconds.',
    ],
    steps: stepsFor(
      rows,
      ({ name }) => name,
      async (cluster) => {
        const body = { type: 'restart' } as const;
        await client.call(sendCommand, { params: { workspace, cluster: cluster.id }, body });
        return { note: 'The Commands tab of the cluster shows what becomes of it.' };
      },
    ),
  }),
});

const label = ({ namespace, name }: Resource) => (namespace === null ? name : `${namespace}/${name}`);

function targetOf({ kind, namespace, name }: Resource): PolicyTarget | null {
  return policyTarget.safeParse({ kind, namespace, name }).data ?? null;
}

function whyNoPolicy(row: Resource): string | null {
  if (targetOf(row) === null) return 'only an Ingress or IngressRoute names a policy in this way';
  if (row.owner.kind === 'gitops') return `it is owned by ${row.owner.tool}: change it there`;
  if (row.owner.kind === 'cluster') return null;
  return 'it is no object of the cluster: edit it';
}

async function policyOf({ client, workspace }: Session, row: Resource): Promise<string | null> {
  const query = { cluster: row.clusterId, key: row.key };
  const { object } = await client.call(getResource, { params: { workspace }, query });
  return object.metadata.annotations?.[ANNOTATION] ?? null;
}

function requestOf(row: Resource, policy: string | null): CommandRequest {
  const target = targetOf(row);
  if (target === null) throw new Failure(`${label(row)} is no Ingress or IngressRoute.`);
  return policy === null ? { type: 'remove-policy', target } : { type: 'set-policy', target, policy };
}

/** Plans the same policy, or none, for routes of clusters, and the policies they had as the undo. */
async function planPolicies(session: Session, rows: readonly Resource[], policy: string | null) {
  const before = new Map<Resource, string | null>();
  for (const row of rows) before.set(row, await policyOf(session, row));
  const set = (row: Resource, wanted: string | null) => async () =>
    outcomeOf(
      await send(session, row.clusterId, requestOf(row, wanted)),
      wanted === null ? 'Its requests pass without a policy.' : `It is guarded by ${wanted}.`,
    );
  const steps = (wanted: (row: Resource) => string | null) =>
    stepsFor(rows, label, (row) => set(row, wanted(row))());
  return {
    lines: rows.map((row) => {
      const had = before.get(row) ?? null;
      const now = policy === null ? 'without a policy' : `guarded by ${policy}`;
      return {
        text: `${row.kind} ${label(row)} of ${row.cluster}: ${had === null ? 'no policy' : had} → ${now}`,
        tone: policy === null ? ('warn' as const) : ('plain' as const),
      };
    }),
    steps: steps(() => policy),
    undo: {
      title: `Set the former policy of ${rows.map(label).join(', ')}`,
      done: 'set back',
      steps: steps((row) => before.get(row) ?? null),
    },
  };
}

export const resourceSetPolicy = defineAction({
  id: 'resources.setPolicy',
  title: 'Set the access control policy of routes',
  button: 'Set policy',
  done: 'guarded',
  details:
    'Writes the annotation of an Ingress or IngressRoute of a cluster. Its agent must take the command: --commands restart,set-policy,remove-policy.',
  permission: 'clusters.write',
  danger: 1,
  kind: resources,
  takes: 'some',
  keys: [],
  inputs: z.object({
    policy: text({ label: 'Policy', value: 'NAME', help: 'name of an AccessControlPolicy of the cluster' }),
  }),
  whyNot: whyNoPolicy,
  plan: (session, rows, { policy }) => planPolicies(session, rows, policy),
});

export const resourceRemovePolicy = defineAction({
  id: 'resources.removePolicy',
  title: 'Remove the access control policy of routes',
  button: 'Remove policy',
  done: 'opened',
  details:
    'Removes the annotation of an Ingress or IngressRoute of a cluster: everyone who reaches the route may call it.',
  permission: 'clusters.write',
  danger: 2,
  kind: resources,
  takes: 'some',
  keys: [],
  inputs: z.object({}),
  whyNot: whyNoPolicy,
  plan: (session, rows) => planPolicies(session, rows, null),
});
