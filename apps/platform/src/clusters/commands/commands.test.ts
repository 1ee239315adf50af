import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCommands, sendCommand } from '@portolan/contract/cluster-commands';
import { listAudit } from '@portolan/contract/audit';
import { createCluster, getCluster } from '@portolan/contract/clusters';
import type { DesiredState } from '@portolan/contract/desired-state';
import { linkAgent, relayAgent, type RelayedAgent } from '../../testing/relayed-agent.ts';
import { AgentKey } from '../../testing/agent-key.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { clusterCommands } from './schema.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default', cluster: 'local' };
const target = { kind: 'Ingress' as const, namespace: 'shop', name: 'web' };

beforeAll(async () => {
  portolan = await startTestPlatform();
  const { status } = await linkAgent(portolan, portolan.bootstrap.agentToken, 'uid-1', {
    key: new AgentKey(),
  });
  expect(status).toBe(200);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
});
afterAll(async () => {
  agent.close();
  await portolan.close();
});

/** The commands of the desired state as soon as they are like that. */
async function announced(isWanted: (commands: NonNullable<DesiredState['commands']>) => boolean) {
  const followed = await agent.follow();
  for (;;) {
    const message = await followed.next();
    const commands =
      message.type === 'snapshot'
        ? message.state.commands
        : message.type === 'patch'
          ? message.sections.commands
          : undefined;
    if (commands === undefined || !isWanted(commands)) continue;
    followed.end();
    return commands;
  }
}
const report = (body: object) => agent.call('POST', '/agent/v1/command-reports', body);
const states = async () =>
  (await portolan.owner.call(listCommands, { params })).commands.map(({ state, code }) => [state, code]);

test('a command reaches the agent, and the first report of it counts', async () => {
  const sent = await portolan.owner.call(sendCommand, {
    params,
    body: { type: 'set-policy', target, policy: 'crew' },
  });
  expect(sent).toMatchObject({ type: 'set-policy', target, policy: 'crew', state: 'pending' });
  const [command] = await announced((commands) => commands.length === 1);
  expect(command).toMatchObject({ id: sent.id, type: 'set-policy', target, policy: 'crew' });
  const failed = { id: sent.id, outcome: 'failed', code: 'policy-not-found', message: 'no crew' };
  expect((await report(failed)).status).toBe(204);
  expect((await report({ ...failed, outcome: 'succeeded', code: null })).status).toBe(204);
  expect(await states()).toEqual([['failed', 'policy-not-found']]);
  expect(await announced((commands) => commands.length === 0)).toEqual([]);
});

test('a restart holds for all replicas until its deadline', async () => {
  const { id } = await portolan.owner.call(sendCommand, { params, body: { type: 'restart' } });
  expect((await report({ id, outcome: 'succeeded', code: null, message: 'a has restarted' })).status).toBe(
    204,
  );
  expect((await announced((commands) => commands.length === 1))[0]?.id).toBe(id);
});

test('a command that nobody carried out in time has expired', async () => {
  await portolan.owner.call(sendCommand, { params, body: { type: 'remove-policy', target } });
  await portolan.platform.db.update(clusterCommands).set({ expiresAt: new Date(Date.now() - 1_000) });
  expect((await states())[0]).toEqual(['expired', null]);
});

test('an agent reports commands of its own cluster alone', async () => {
  const { id } = await portolan.owner.call(sendCommand, { params, body: { type: 'remove-policy', target } });
  const other = await portolan.owner.call(createCluster, {
    params: { workspace: 'default' },
    body: { name: 'other' },
  });
  expect((await linkAgent(portolan, other.token, 'uid-3')).status).toBe(200);
  const stranger = await relayAgent(portolan, { clusterId: other.id, workspace: 'default' });
  await stranger.call('POST', '/agent/v1/command-reports', {
    id,
    outcome: 'succeeded',
    code: null,
    message: null,
  });
  stranger.close();
  expect((await states())[0]).toEqual(['pending', null]);
});

test('no more than twenty wait at a time, and each is in the audit', async () => {
  const body = { type: 'remove-policy' as const, target };
  const send = () => portolan.owner.call(sendCommand, { params, body });
  let sent = 0;
  const refusal = await (async () => {
    for (; sent < 30; sent += 1) {
      const error = await send().then(
        () => null,
        (refused: unknown) => refused,
      );
      if (error !== null) return error;
    }
    return null;
  })();
  expect(refusal).toMatchObject({ code: 'conflict' });
  // One waits from the test before.
  expect(sent).toBe(19);
  const audit = await portolan.owner.call(listAudit, {
    params: { workspace: 'default' },
    query: { limit: 50 },
  });
  expect(audit.items.map(({ action }) => action)).toContain('cluster.restart');
});

test('what an agent does not report is shown with its cluster', async () => {
  const notShared = [{ name: 'metrics', title: 'Metrics', purpose: 'the platform shows rates' }];
  expect((await getNotShared()).length).toBe(0);
  const key = new AgentKey();
  const made = await portolan.owner.call(createCluster, {
    params: { workspace: 'default' },
    body: { name: 'quiet' },
  });
  const { status } = await linkAgent(portolan, made.token, 'uid-2', { key, notShared });
  expect(status).toBe(200);
  expect(await getNotShared('quiet')).toEqual(notShared);
});

async function getNotShared(cluster = 'local') {
  return (await portolan.owner.call(getCluster, { params: { workspace: 'default', cluster } })).notShared;
}
