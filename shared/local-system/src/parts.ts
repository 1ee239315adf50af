import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@portolan/process/atomic-file';
import { brokerCredential } from '@portolan/process/broker-credential';
import { z } from 'zod';
import { programFile, type ProgramName } from '@portolan/bundles/programs.js';
import { buildPrograms } from './built-programs.ts';
import { buildConsole, consoleDir } from './console-build.ts';
import { exampleUpstreamsIn, type Example } from './example.ts';
import { flags } from './flags.ts';
import { createPart, type Part, type PartSpec } from './part.ts';
import { portAfter, portOf } from './ports.ts';
import { describeServed, servedFlags, type Served } from './served.ts';

const platformReady = z.object({ url: z.string() });
const brokerReady = z.object({
  id: z.string(),
  region: z.string(),
  url: z.string(),
  edge: z.object({ http: z.string(), https: z.string() }),
});
const agentReady = z.object({ gateway: z.string() });
const upstreamReady = z.object({ sharedPorts: z.array(z.number()) });

type BrokerInfo = z.infer<typeof brokerReady> & { readonly pid: number };

/** Where the parts of a running system are, and how to sign in. */
export interface SystemDetails {
  readonly platform: string;
  readonly gateway: string;
  readonly brokers: readonly BrokerInfo[];
  readonly bootstrap: BootstrapHandover;
  readonly pids: { readonly platform: number; readonly agent: number };
}

export interface LocalSystemOptions {
  readonly served: Served;
  /** Port of the platform; the others follow it or are free. 0: any free port. */
  readonly port: number;
  /** Whether a part that ends is started again. */
  readonly restarts: boolean;
  /** Node that runs the parts; default: the one that runs this program. */
  readonly node?: string | undefined;
}

export interface Paths {
  /** Root of the repository or installation. */
  readonly root: string;
  readonly dataDir: string;
}

const regions = ['region-1', 'region-2', 'region-3'];
const brokerId = (index: number) => `broker-${index + 1}`;

export interface Hooks {
  /** Called with every part before it starts: the one who stops the system needs all of them. */
  readonly onPart: (part: Part) => void;
  readonly onProgress: (text: string) => void;
  /** Called with a line about a part that ended or runs again. */
  readonly onChange: (text: string) => void;
}

/** Starts every part, in the order in which they need each other. */
export async function startParts(
  options: LocalSystemOptions,
  paths: Paths,
  hooks: Hooks,
): Promise<SystemDetails> {
  // Compiled code is kept between starts: it halves what starting five programs costs.
  const env = { NODE_COMPILE_CACHE: join(paths.root, 'node_modules/.cache/portolan') };
  const start: Start = (name, [program, entry], args) => {
    const logFile = join(paths.dataDir, 'logs', `${name}.log`);
    const { restarts, node } = options;
    const log = hooks.onChange;
    const part = createPart({
      name,
      script: programFile(program, entry, paths.root),
      args,
      logFile,
      env,
      restarts,
      log,
      node,
    });
    hooks.onPart(part);
    return part.start();
  };
  const { served } = options;
  const upstreams = served.kind === 'directory' ? exampleUpstreamsIn(served.directory, paths.root) : [];
  const console = buildConsole({
    root: paths.root,
    logFile: join(paths.dataDir, 'logs', 'console-build.log'),
    onBuild: () => hooks.onProgress('building the web console'),
  });
  await buildPrograms({
    root: paths.root,
    node: options.node ?? process.execPath,
    logFile: join(paths.dataDir, 'logs', 'build.log'),
    onBuild: () => hooks.onProgress('bundling the programs'),
  });
  const isFirst = !existsSync(join(paths.dataDir, 'platform'));
  hooks.onProgress(isFirst ? 'creating the platform’s database' : 'starting the platform');
  const [platform] = await Promise.all([
    startPlatform(options, paths, start),
    ...upstreams.map((name) => startUpstream(name, start, hooks.onChange)),
  ]);
  hooks.onProgress(`starting three brokers, and the agent on ${describeServed(served)}`);
  const parts = { options, paths, platformUrl: platform.url };
  const [isConsoleBuilt, agent, ...brokers] = await Promise.all([
    console,
    startAgent(parts, platform.facts.agentToken, start),
    ...regions.map((region, index) => startBroker(parts, { region, index }, start)),
  ]);
  if (!isConsoleBuilt)
    hooks.onChange(
      `the web console could not be built (log: ${join(paths.dataDir, 'logs/console-build.log')})`,
    );
  return {
    platform: platform.url,
    gateway: agent.gateway,
    brokers,
    bootstrap: platform.facts,
    pids: { platform: platform.pid, agent: agent.pid },
  };
}

async function startUpstream(name: Example, start: Start, tell: (text: string) => void): Promise<void> {
  const { message } = await start(name, ['examples', name], () => []);
  const { sharedPorts } = upstreamReady.parse(message);
  if (sharedPorts.length > 0)
    tell(`the example ${name} shares ports ${sharedPorts.join(', ')} with another start on this machine`);
}

type Start = (
  name: string,
  program: readonly [program: ProgramName, entry: string],
  args: PartSpec['args'],
) => Promise<{ pid: number; message: unknown }>;

interface Parts {
  readonly options: LocalSystemOptions;
  readonly paths: Paths;
  readonly platformUrl: string;
}

async function startPlatform(options: LocalSystemOptions, paths: Paths, start: Start) {
  const bootstrapFile = join(paths.dataDir, 'bootstrap.json');
  const { pid, message } = await start('platform', ['platform', 'portolan-platform'], (ready) => [
    'platform',
    ...flags({
      'data-dir': join(paths.dataDir, 'platform'),
      port: ready === undefined ? options.port : portOf(platformReady.parse(ready).url),
      'bootstrap-file': bootstrapFile,
      'cluster-name': 'local',
      'broker-secret-file': join(paths.dataDir, 'broker-secret'),
      brokers: regions.map((_region, index) => brokerId(index)).join(','),
      'console-dir': consoleDir(paths.root),
    }),
  ]);
  return {
    pid,
    url: platformReady.parse(message).url,
    facts: bootstrapHandover.parse(JSON.parse(readFileSync(bootstrapFile, 'utf8'))),
  };
}

async function startBroker(
  { options, paths, platformUrl }: Parts,
  { region, index }: { region: string; index: number },
  start: Start,
): Promise<BrokerInfo> {
  const id = brokerId(index);
  const credentialFile = join(paths.dataDir, 'brokers', `${id}.credential`);
  const secret = readFileSync(join(paths.dataDir, 'broker-secret'), 'utf8').trim();
  await writeFileAtomic(credentialFile, brokerCredential(secret, id));
  const free = {
    port: await portAfter(options.port, 11 + index),
    'edge-http-port': await portAfter(options.port, 21 + index),
    'edge-https-port': await portAfter(options.port, 31 + index),
  };
  const { pid, message } = await start(id, ['platform', 'portolan-platform'], (ready) => [
    'broker',
    ...flags({
      id,
      region,
      'platform-url': platformUrl,
      'broker-secret-file': credentialFile,
      'state-dir': join(paths.dataDir, 'brokers', id),
      ...(ready === undefined ? free : brokerPorts(brokerReady.parse(ready))),
    }),
  ]);
  return { ...brokerReady.parse(message), pid };
}

function brokerPorts({ url, edge }: z.infer<typeof brokerReady>) {
  return { port: portOf(url), 'edge-http-port': portOf(edge.http), 'edge-https-port': portOf(edge.https) };
}

async function startAgent({ options, paths, platformUrl }: Parts, token: string, start: Start) {
  const tokenFile = join(paths.dataDir, 'agent-token');
  await writeFileAtomic(tokenFile, token);
  const free = await portAfter(options.port, 1);
  const { pid, message } = await start('agent', ['agent', 'portolan-agent'], (ready) =>
    flags({
      ...servedFlags(options.served),
      'state-dir': join(paths.dataDir, 'agent'),
      'platform-url': platformUrl,
      'token-file': tokenFile,
      'gateway-port': ready === undefined ? free : portOf(agentReady.parse(ready).gateway),
    }),
  );
  return { pid, gateway: agentReady.parse(message).gateway };
}
