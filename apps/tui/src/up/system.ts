import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startChild, type Child } from './child.ts';
import { hasExampleUpstreams } from './example.ts';
import { flags } from './flags.ts';
import type { UpOptions } from './options.ts';
import { portOrFree } from './ports.ts';
import { readJson, writeSecret } from './secret-file.ts';

const platformReady = z.object({ url: z.string() });
const brokerReady = z.object({
  id: z.string(),
  region: z.string(),
  url: z.string(),
  edge: z.object({ http: z.string(), https: z.string() }),
});
const agentReady = z.object({ gateway: z.string() });

/** What the platform writes when it sets up its first workspace. */
const bootstrap = z.object({
  workspace: z.string(),
  adminEmail: z.string(),
  adminPasswordFile: z.string(),
  adminToken: z.string(),
  agentToken: z.string(),
  clusterId: z.string(),
});

export type BrokerInfo = z.infer<typeof brokerReady> & { readonly pid: number };
type Bootstrap = z.infer<typeof bootstrap>;

export interface System {
  readonly platform: string;
  readonly gateway: string;
  readonly brokers: readonly BrokerInfo[];
  readonly bootstrap: Bootstrap;
  readonly children: readonly Child[];
  readonly pids: { readonly platform: number; readonly agent: number };
}

interface Paths {
  readonly root: string;
  readonly dataDir: string;
}

const regions = ['region-1', 'region-2', 'region-3'];

/**
 * Starts every part in the order they need each other. Parts are handed to `onChild` as they come up, so that
 * a failure half way stops what already runs.
 */
export async function startSystem(
  options: UpOptions,
  paths: Paths,
  hooks: { onChild: (child: Child) => void; onProgress: (text: string) => void },
): Promise<System> {
  const children: Child[] = [];
  const start = async (name: string, script: string, args: readonly string[]) => {
    const child = await startChild({
      name,
      script: join(paths.root, script),
      args,
      logFile: join(paths.dataDir, 'logs', `${name}.log`),
    });
    children.push(child);
    hooks.onChild(child);
    return child;
  };

  if (hasExampleUpstreams(options.resourcesDir)) {
    hooks.onProgress('starting the example airline’s services');
    await start('airline', 'examples/airline/upstreams/main.ts', []);
  }
  const isFirst = !existsSync(join(paths.dataDir, 'platform'));
  hooks.onProgress(isFirst ? 'creating the platform’s database' : 'starting the platform');
  const { platform, url, facts } = await startPlatform(options, paths, start);
  hooks.onProgress('starting three brokers');
  const brokers = await Promise.all(
    regions.map((region, index) => startBroker({ options, paths, url, index, region }, start)),
  );
  hooks.onProgress(`starting the agent on ${options.resourcesDir}`);
  const agent = await startAgent({ options, paths, url, facts }, start);
  return {
    platform: url,
    gateway: agentReady.parse(agent.ready).gateway,
    brokers,
    bootstrap: facts,
    children,
    pids: { platform: platform.pid, agent: agent.pid },
  };
}

type Start = (name: string, script: string, args: readonly string[]) => Promise<Child>;

async function startPlatform(options: UpOptions, paths: Paths, start: Start) {
  const bootstrapFile = join(paths.dataDir, 'bootstrap.json');
  const platform = await start('platform', 'apps/platform/src/main.ts', [
    'platform',
    ...flags({
      'data-dir': join(paths.dataDir, 'platform'),
      port: options.port,
      'bootstrap-file': bootstrapFile,
      'cluster-name': 'local',
      'broker-secret-file': join(paths.dataDir, 'broker-secret'),
    }),
  ]);
  return {
    platform,
    url: platformReady.parse(platform.ready).url,
    facts: readJson(bootstrapFile, bootstrap),
  };
}

async function startBroker(
  {
    options,
    paths,
    url,
    index,
    region,
  }: { options: UpOptions; paths: Paths; url: string; index: number; region: string },
  start: Start,
): Promise<BrokerInfo> {
  const follow = (offset: number) => portOrFree(options.port === 0 ? 0 : options.port + offset + index);
  const id = `broker-${index + 1}`;
  const child = await start(id, 'apps/platform/src/main.ts', [
    'broker',
    ...flags({
      id: id,
      region: region,
      'platform-url': url,
      'broker-secret-file': join(paths.dataDir, 'broker-secret'),
      port: await follow(11),
      'edge-http-port': await follow(21),
      'edge-https-port': await follow(31),
    }),
  ]);
  return { ...brokerReady.parse(child.ready), pid: child.pid };
}

async function startAgent(
  { options, paths, url, facts }: { options: UpOptions; paths: Paths; url: string; facts: Bootstrap },
  start: Start,
): Promise<Child> {
  const tokenFile = join(paths.dataDir, 'agent-token');
  writeSecret(tokenFile, facts.agentToken);
  return start('agent', 'apps/agent/src/main.ts', [
    ...flags({
      resources: options.resourcesDir,
      'state-dir': join(paths.dataDir, 'agent'),
      'platform-url': url,
      'token-file': tokenFile,
      'gateway-port': String(await portOrFree(options.port === 0 ? 0 : options.port + 1)),
    }),
  ]);
}
