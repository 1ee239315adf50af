import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startChild, type Child } from './child.ts';
import { hasExampleUpstreams } from './example.ts';
import { flags } from './flags.ts';
import type { UpOptions } from './options.ts';
import { portAfter } from './ports.ts';
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

type BrokerInfo = z.infer<typeof brokerReady> & { readonly pid: number };
type Bootstrap = z.infer<typeof bootstrap>;

export interface System {
  readonly platform: string;
  readonly gateway: string;
  readonly brokers: readonly BrokerInfo[];
  readonly bootstrap: Bootstrap;
  readonly pids: { readonly platform: number; readonly agent: number };
}

interface Paths {
  readonly root: string;
  readonly dataDir: string;
}

const regions = ['region-1', 'region-2', 'region-3'];

interface Hooks {
  /** Called with every part as soon as it runs, ready or not: whoever stops the system must know it. */
  readonly onChild: (child: Child) => void;
  readonly onProgress: (text: string) => void;
}

/** Starts every part in the order they need each other. */
export async function startSystem(options: UpOptions, paths: Paths, hooks: Hooks): Promise<System> {
  // Compiled code is kept between starts: it halves what starting five programs costs.
  const env = { NODE_COMPILE_CACHE: join(paths.root, 'node_modules/.cache/portolan') };
  const start: Start = async (name, script, args) => {
    const logFile = join(paths.dataDir, 'logs', `${name}.log`);
    const child = startChild({ name, script: join(paths.root, script), args, logFile, env });
    hooks.onChild(child);
    return { child, message: await child.ready() };
  };
  const isExample = hasExampleUpstreams(options.resourcesDir);
  const isFirst = !existsSync(join(paths.dataDir, 'platform'));
  hooks.onProgress(isFirst ? 'creating the platform’s database' : 'starting the platform');
  const [platform] = await Promise.all([
    startPlatform(options, paths, start),
    isExample && start('airline', 'examples/airline/upstreams/main.ts', []),
  ]);
  hooks.onProgress(`starting three brokers, and the agent on ${options.resourcesDir}`);
  const parts = { options, paths, platformUrl: platform.url };
  const [agent, ...brokers] = await Promise.all([
    startAgent(parts, platform.facts.agentToken, start),
    ...regions.map((region, index) => startBroker(parts, { region, index }, start)),
  ]);
  return {
    platform: platform.url,
    gateway: agent.gateway,
    brokers,
    bootstrap: platform.facts,
    pids: { platform: platform.pid, agent: agent.pid },
  };
}

type Start = (
  name: string,
  script: string,
  args: readonly string[],
) => Promise<{ child: Child; message: unknown }>;

interface Parts {
  readonly options: UpOptions;
  readonly paths: Paths;
  readonly platformUrl: string;
}

async function startPlatform(options: UpOptions, paths: Paths, start: Start) {
  const bootstrapFile = join(paths.dataDir, 'bootstrap.json');
  const { child, message } = await start('platform', 'apps/platform/src/main.ts', [
    'platform',
    ...flags({
      'data-dir': join(paths.dataDir, 'platform'),
      port: options.port,
      'bootstrap-file': bootstrapFile,
      'cluster-name': 'local',
      'broker-secret-file': join(paths.dataDir, 'broker-secret'),
    }),
  ]);
  return { pid: child.pid, url: platformReady.parse(message).url, facts: readJson(bootstrapFile, bootstrap) };
}

async function startBroker(
  { options, paths, platformUrl }: Parts,
  { region, index }: { region: string; index: number },
  start: Start,
): Promise<BrokerInfo> {
  const id = `broker-${index + 1}`;
  const { child, message } = await start(id, 'apps/platform/src/main.ts', [
    'broker',
    ...flags({
      id,
      region,
      'platform-url': platformUrl,
      'broker-secret-file': join(paths.dataDir, 'broker-secret'),
      'state-dir': join(paths.dataDir, 'brokers', id),
      port: await portAfter(options.port, 11 + index),
      'edge-http-port': await portAfter(options.port, 21 + index),
      'edge-https-port': await portAfter(options.port, 31 + index),
    }),
  ]);
  return { ...brokerReady.parse(message), pid: child.pid };
}

async function startAgent({ options, paths, platformUrl }: Parts, token: string, start: Start) {
  const tokenFile = join(paths.dataDir, 'agent-token');
  writeSecret(tokenFile, token);
  const { child, message } = await start(
    'agent',
    'apps/agent/src/main.ts',
    flags({
      resources: options.resourcesDir,
      'state-dir': join(paths.dataDir, 'agent'),
      'platform-url': platformUrl,
      'token-file': tokenFile,
      'gateway-port': await portAfter(options.port, 1),
    }),
  );
  return { pid: child.pid, gateway: agentReady.parse(message).gateway };
}
