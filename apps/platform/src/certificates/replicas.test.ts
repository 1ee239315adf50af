import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { createAuthority } from '@portolan/process/certificate-authority';
import { localAuthority } from './local-authority.ts';
import { platformSecrets } from '../secrets/schema.ts';
import { certificates } from './schema.ts';

let one: TestPlatform;
let two: TestPlatform;
const agents: RelayedAgent[] = [];
beforeAll(async () => {
  one = await startTestPlatform();
  two = await startTestPlatform({}, one);
  await linkAgent(one, one.bootstrap.agentToken);
  for (const platform of [one, two])
    agents.push(await relayAgent(platform, { clusterId: one.bootstrap.clusterId, workspace: 'default' }));
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await two.close();
  await one.close();
});

const gateway = (name: string) => ({
  key: `APIGateway.hub.traefik.io//${name}`,
  owner: { kind: 'file', file: 'gateway.yaml', line: 3 },
  object: { apiVersion: 'hub.traefik.io/v1alpha1', kind: 'APIGateway', metadata: { name }, spec: {} },
});

test('replicas with agents on both issue no certificate twice', async () => {
  const followed = await Promise.all(agents.map((agent) => agent.follow()));
  const seen = new Map<string, Set<string>>();
  for (let round = 1; round <= 3; round += 1) {
    const names = Array.from({ length: round * 2 }, (_, index) => `gateway-${index}`);
    const report = { sequence: round, objects: names.map(gateway), problems: [] };
    await agents[round % 2]?.call('PUT', '/agent/v1/resources', report);
    for (const { next } of followed) {
      for (let found = 0; found < names.length;) {
        const message = await next();
        const sections =
          message.type === 'snapshot' ? message.state : message.type === 'patch' ? message.sections : {};
        found = sections.certificates?.length ?? 0;
        for (const { hosts, cert } of sections.certificates ?? [])
          seen.set(hosts.join(), (seen.get(hosts.join()) ?? new Set()).add(cert));
      }
    }
  }
  for (const { end } of followed) end();
  expect([...seen.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
  const rows = await one.platform.db.select().from(certificates);
  expect(new Set(rows.map(({ authority }) => authority)).size).toBe(1);
});

test('an authority of a data directory from before is taken over, and its key leaves the disk', async () => {
  const { db, config } = one.platform;
  await db.delete(platformSecrets);
  const directory = join(config.dataDir, 'ca');
  const kept = await createAuthority('Portolan local authority');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  await writeFile(join(directory, 'ca.pem'), kept.cert);
  await writeFile(join(directory, 'ca.key'), kept.key);
  expect((await localAuthority(one.platform)()).certificate).toBe(kept.cert);
  expect((await localAuthority(two.platform)()).certificate).toBe(kept.cert);
  expect(await readFile(join(two.platform.config.dataDir, 'ca/ca.pem'), 'utf8')).toBe(kept.cert);
  await expect(readFile(join(directory, 'ca.key'))).rejects.toMatchObject({ code: 'ENOENT' });
  const [row] = await db.select().from(platformSecrets);
  expect(row?.sealed).not.toContain(kept.key.split('\n')[1]);
});

test('a replica without the sealing key says so at its start', async () => {
  const { sealKeyFile } = two.platform.config;
  const { config } = one.platform;
  const other = {
    ...one,
    platform: { ...one.platform, config: { ...config, sealKeyFile: `${sealKeyFile}.other` } },
  };
  await expect(startTestPlatform({}, other)).rejects.toThrow(
    /sealed with a key that this platform does not have/,
  );
});
