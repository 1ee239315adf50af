import {
  closeTunnel,
  drainBroker,
  reconnectTunnel,
  resumeBroker,
  type TunnelView,
} from '@portolan/contract/clusters';
import type { Command, Plan } from '../../commands/command.ts';
import { brokers } from '@portolan/console/kinds/brokers';
import { counted } from '@portolan/console/kinds/format';
import { tunnels } from '@portolan/console/kinds/tunnels';
import { runAll } from '../../overlays/progress.ts';
import type { App } from '../../store/app.ts';

const someTunnel = (app: App) => (app.targets(tunnels).length > 0 ? null : 'there is no tunnel here');

/** Keeping tunnels away from a broker, and renewing or ending single connections. */
export const fleetCommands: readonly Command[] = [
  {
    id: 'brokers.drain',
    title: 'Drain or resume the broker',
    keys: ['Z'],
    where: 'item',
    kinds: ['brokers'],
    permission: 'clusters.write',
    hint: 'drain/resume',
    danger: 2,
    disabled: (app) => (app.targets(brokers).length === 1 ? null : 'it takes one broker'),
    plan: drainPlan,
  },
  {
    id: 'tunnels.reconnect',
    title: 'Reconnect the tunnel',
    keys: ['f'],
    where: 'item',
    kinds: ['tunnels'],
    permission: 'clusters.write',
    hint: 'reconnect',
    danger: 1,
    disabled: someTunnel,
    plan: (app) => tunnelPlan(app, 'reconnect'),
  },
  {
    id: 'tunnels.close',
    title: 'Close the tunnel at once',
    keys: ['D'],
    where: 'item',
    kinds: ['tunnels'],
    permission: 'clusters.write',
    danger: 2,
    disabled: someTunnel,
    plan: (app) => tunnelPlan(app, 'close'),
  },
];

function drainPlan(app: App): Plan | null {
  const [broker] = app.targets(brokers);
  if (!broker) return null;
  const { client, workspace } = app.session;
  const params = { workspace, broker: broker.id };
  const drain = async () => {
    await client.call(drainBroker, { params });
    return `Broker ${broker.id} is drained: its tunnels move now.`;
  };
  const resume = async () => {
    await client.call(resumeBroker, { params });
    return `Broker ${broker.id} takes tunnels again.`;
  };
  if (broker.drainedAt !== null)
    return {
      title: `Resume broker ${broker.id}`,
      action: 'Resume',
      object: broker.id,
      lines: ['Agents come back to it, 50 every two seconds.'],
      run: resume,
      undo: { title: `drain ${broker.id} again`, run: drain },
    };
  return {
    title: `Drain broker ${broker.id}`,
    action: 'Drain',
    object: broker.id,
    lines: [
      `Agents move to other brokers, the new tunnel first; no request is lost. It has ${counted(broker.sessions, 'tunnel')} now.`,
      `It takes no new ones and goes on relaying public connections; it has ${broker.connections} now.`,
      'It stays drained over its restarts, until it is resumed.',
    ],
    run: drain,
    undo: { title: `resume ${broker.id}`, run: resume },
  };
}

function tunnelPlan(app: App, how: 'reconnect' | 'close'): Plan | null {
  const chosen = app.targets(tunnels);
  const [first] = chosen;
  if (!first) return null;
  const { client, workspace } = app.session;
  const route = how === 'reconnect' ? reconnectTunnel : closeTunnel;
  const word = how === 'reconnect' ? 'Reconnect' : 'Close';
  const name = chosen.length === 1 ? tunnels.label(first) : counted(chosen.length, 'tunnel');
  const lineOf = (tunnel: TunnelView) =>
    `${tunnels.label(tunnel)}: ${counted(tunnel.streams, 'request')} under way`;
  return {
    title: `${word} ${name}`,
    action: word,
    object: chosen.map((tunnel) => tunnels.label(tunnel)).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map(lineOf),
      how === 'reconnect'
        ? 'The agent dials again; what is under way finishes on the old connection.'
        : {
            tone: 'bad',
            text: 'What is under way is cut off. The agent dials again; to keep it out, revoke its token.',
          },
    ],
    run: () =>
      runAll(app, {
        title: `${word} ${name}`,
        items: chosen.map((tunnel) => ({
          name: tunnels.label(tunnel),
          run: () => client.call(route, { params: { workspace, tunnel: tunnel.id } }),
        })),
        one: `${tunnels.label(first)} is ${how === 'reconnect' ? 'being connected anew' : 'closed'}.`,
        many: `tunnels are ${how === 'reconnect' ? 'being connected anew' : 'closed'}.`,
      }),
  };
}
