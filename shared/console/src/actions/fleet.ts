import {
  approveBroker,
  closeTunnel,
  drainBroker,
  reconnectTunnel,
  resumeBroker,
  revokeBroker,
  type Broker,
  type TunnelView,
} from '@portolan/contract/clusters';
import { z } from 'zod';
import { brokers } from '../kinds/brokers.ts';
import type { Cell } from '../kinds/block.ts';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { tunnels } from '../kinds/tunnels.ts';
import { defineAction, stepsFor } from './action.ts';

const id = (broker: Broker) => broker.id;

const drain = ({ client, workspace }: Session, rows: readonly Broker[]) =>
  stepsFor(rows, id, async (broker) => ({
    object: await client.call(drainBroker, { params: { workspace, broker: broker.id } }),
    note: 'Its tunnels are moving to other brokers.',
  }));
const uncordon = ({ client, workspace }: Session, rows: readonly Broker[]) =>
  stepsFor(rows, id, async (broker) => ({
    object: await client.call(resumeBroker, { params: { workspace, broker: broker.id } }),
    note: 'It accepts tunnels again.',
  }));

export const brokerDrain = defineAction({
  id: 'brokers.drain',
  title: 'Drain brokers',
  button: 'Drain',
  done: 'drained',
  details: 'Moves all tunnels to other brokers and places none there until the broker is uncordoned.',
  permission: 'clusters.write',
  danger: 1,
  kind: brokers,
  takes: 'some',
  keys: ['Z'],
  inputs: z.object({}),
  whyNot: (broker) => (broker.drainedAt === null ? null : 'it is drained already'),
  plan: (session, rows) => ({
    lines: [
      ...rows.map(
        (broker) =>
          `${broker.id}: ${counted(broker.sessions, 'tunnel')} move to other brokers, each new tunnel before the old one closes; no request is lost. ${counted(broker.connections, 'public connection')} stay and new ones are still relayed.`,
      ),
      'It stays drained across restarts, until it is uncordoned.',
    ],
    steps: drain(session, rows),
    undo: {
      title: `Uncordon ${rows.map(id).join(', ')}`,
      done: 'uncordoned',
      steps: uncordon(session, rows),
    },
  }),
});

export const brokerUncordon = defineAction({
  id: 'brokers.uncordon',
  title: 'Uncordon brokers',
  button: 'Uncordon',
  done: 'uncordoned',
  details: 'A drained broker accepts tunnels again.',
  permission: 'clusters.write',
  danger: 1,
  kind: brokers,
  takes: 'some',
  keys: ['Z'],
  inputs: z.object({}),
  whyNot: (broker) => (broker.drainedAt === null ? 'it is not drained' : null),
  plan: (session, rows) => ({
    lines: ['Agents return to it, 50 every two seconds.'],
    steps: uncordon(session, rows),
    undo: { title: `Drain ${rows.map(id).join(', ')} again`, done: 'drained', steps: drain(session, rows) },
  }),
});

const approve = ({ client, workspace }: Session, rows: readonly Broker[]) =>
  stepsFor(rows, id, async (broker) => ({
    object: await client.call(approveBroker, { params: { workspace, broker: broker.id } }),
    note: 'It registers again within seconds.',
  }));
const revoke = ({ client, workspace }: Session, rows: readonly Broker[]) =>
  stepsFor(rows, id, async (broker) => ({
    object: await client.call(revokeBroker, { params: { workspace, broker: broker.id } }),
    note: 'Its tunnels move to other brokers.',
  }));

export const brokerApprove = defineAction({
  id: 'brokers.approve',
  title: 'Approve brokers',
  button: 'Approve',
  done: 'approved',
  details:
    'Lets a broker carry tunnels and public connections of every workspace, with the capacity that it asks for.',
  permission: 'clusters.write',
  danger: 1,
  kind: brokers,
  takes: 'some',
  keys: ['A'],
  inputs: z.object({}),
  whyNot: (broker) =>
    broker.approval === 'approved' && broker.capacity === broker.approvedCapacity
      ? 'it is approved already'
      : null,
  plan: (session, rows) => ({
    lines: [
      ...rows.map(
        (broker) =>
          `${broker.id} in ${broker.region}, reached at ${broker.url}, takes agents with capacity ${broker.capacity}.`,
      ),
      'Approve only brokers that you run: they carry the traffic of every workspace.',
    ],
    steps: approve(session, rows),
    undo: { title: `Revoke ${rows.map(id).join(', ')}`, done: 'revoked', steps: revoke(session, rows) },
  }),
});

export const brokerRevoke = defineAction({
  id: 'brokers.revoke',
  title: 'Revoke brokers',
  button: 'Revoke',
  done: 'revoked',
  details: 'Shuts a broker out at once. Its public connections end; its tunnels move to other brokers.',
  permission: 'clusters.write',
  danger: 2,
  kind: brokers,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  whyNot: (broker) => (broker.approval === 'revoked' ? 'it is revoked already' : null),
  plan: (session, rows) => ({
    lines: [
      ...rows.map((broker): Cell => ({
        tone: 'bad',
        text: `${broker.id}: ${counted(broker.sessions, 'tunnel')} and ${counted(broker.connections, 'public connection')} end at once. To lose no request, drain it first.`,
      })),
      'It stays shut out until it is approved again. Remove its address from public DNS.',
    ],
    steps: revoke(session, rows),
    undo: {
      title: `Approve ${rows.map(id).join(', ')} again`,
      done: 'approved',
      steps: approve(session, rows),
    },
  }),
});

const label = (tunnel: TunnelView) => tunnels.label(tunnel);
const load = (tunnel: TunnelView) => `${label(tunnel)}: ${counted(tunnel.streams, 'request')} in progress`;

export const tunnelReconnect = defineAction({
  id: 'tunnels.reconnect',
  title: 'Reconnect tunnels',
  button: 'Reconnect',
  done: 'reconnecting',
  details: 'Replaces the connection; requests in progress finish on the old one.',
  permission: 'clusters.write',
  danger: 1,
  kind: tunnels,
  takes: 'some',
  keys: ['f'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [...rows.map(load), 'The agent dials again; requests in progress finish on the old connection.'],
    steps: stepsFor(rows, label, async (tunnel) => ({
      id: tunnel.id,
      object: await client.call(reconnectTunnel, { params: { workspace, tunnel: tunnel.id } }),
    })),
  }),
});

export const tunnelClose = defineAction({
  id: 'tunnels.close',
  title: 'Close tunnels at once',
  button: 'Close',
  done: 'closed',
  details: 'Requests in progress fail. The agent dials again; revoke its token to keep it out.',
  permission: 'clusters.write',
  danger: 2,
  kind: tunnels,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [
      ...rows.map(load),
      {
        tone: 'bad',
        text: 'Requests in progress fail. The agent dials again; revoke its token to keep it out.',
      },
    ],
    steps: stepsFor(rows, label, async (tunnel) => ({
      id: tunnel.id,
      object: await client.call(closeTunnel, { params: { workspace, tunnel: tunnel.id } }),
    })),
  }),
});
