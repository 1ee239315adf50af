import { createClient, PlatformError } from '@portolan/contract/client';
import { listBrokers, listClusters } from '@portolan/contract/clusters';
import { whoAmI } from '@portolan/contract/sessions';
import { oneLine, usageFailure } from '@portolan/console/failure';
import { colourLevel, isUnicode } from '../../terminal/environment.ts';
import { findToken, pickWorkspace, resolveTarget, type Target } from '../connect.ts';
import { platformFlags } from '../flags.ts';
import { print, type Io } from '../../terminal/io.ts';
import { plainTheme } from '../plain-theme.ts';
import type { Arguments, Verb } from '../verb.ts';
import { checkConnection, type Finding } from '../check-connection.ts';
import { diagnoseTunnels, tunnelFlags } from './doctor-tunnel.ts';
import { printDocument } from '../result.ts';

export const doctorVerb: Verb = {
  usage: '\ntunnel [URL]',
  details:
    'Checks proxy, name resolution, connection, TLS, platform, sign-in, workspace, brokers and clusters, and says what to do about the\nfirst failure. `doctor tunnel` checks the path from an agent to its brokers. The exit code is 1 if a check fails.',
  examples: [
    'portolan doctor',
    'portolan doctor tunnel --agent-credential-file /var/lib/portolan-agent/credential.json',
  ],
  complete: [['tunnel']],
  flags: {
    ...tunnelFlags,
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'text or json' },
    ...platformFlags,
  },
  async run(args, io) {
    const [what] = args.words;
    if (what === 'tunnel') return diagnoseTunnels(args, io);
    if (what !== undefined) throw usageFailure(`There is no check "${what}".`, 'portolan doctor [tunnel]');
    const isJson = args.text('output') === 'json';
    const theme = plainTheme(io);
    const findings: Finding[] = [];
    for await (const finding of look(args, io)) {
      findings.push(finding);
      // Said as it is found: the next link may take its time.
      if (!isJson)
        print(
          io,
          `${theme.paint(finding.state, finding.state.padEnd(4))}  ${finding.what.padEnd(WIDTH)}  ${finding.detail}`,
        );
    }
    printDocument(io, args, findings);
    return findings.some(({ state }) => state === 'bad') ? 1 : 0;
  },
};

const WIDTH = 'configuration'.length;

async function* look(args: Arguments, io: Io): AsyncGenerator<Finding> {
  const target = await resolveTarget(args, io);
  yield {
    state: 'ok',
    what: 'node',
    detail: `${process.versions.node} on ${process.platform} ${process.arch}`,
  };
  yield configuration(target);
  yield terminal(io);
  for await (const finding of checkConnection(target.platform, io.env)) {
    yield finding;
    if (finding.state === 'bad') return;
  }
  yield* beyondSignIn(args, io, target);
}

function configuration({ loaded, name }: Target): Finding {
  if (loaded.problem !== null) return { state: 'warn', what: 'configuration', detail: loaded.problem };
  const count = Object.keys(loaded.config.contexts).length;
  return { state: 'ok', what: 'configuration', detail: `${loaded.path}, ${count} contexts, now ${name}` };
}

function terminal(io: Io): Finding {
  if (!io.stdout.isTTY) return { state: 'ok', what: 'terminal', detail: 'none; plain output' };
  const colours = ['no colours', '16 colours', '256 colours', 'all colours'][colourLevel(io.env, true)];
  return {
    state: 'ok',
    what: 'terminal',
    detail: `${io.stdout.columns}x${io.stdout.rows}, ${colours}, ${isUnicode(io.env) ? 'Unicode' : 'ASCII'}`,
  };
}

async function* beyondSignIn(args: Arguments, io: Io, target: Target): AsyncGenerator<Finding> {
  const token = await findToken(args, io, target);
  const again = `portolan login --platform ${target.platform}`;
  if (token === null)
    return yield {
      state: 'bad',
      what: 'sign-in',
      detail: `not signed in to this platform. Sign in: ${again}`,
    };
  const client = createClient({ baseUrl: target.platform, token, origin: 'cli' });
  try {
    const account = await client.call(whoAmI, {});
    yield { state: 'ok', what: 'sign-in', detail: `${account.email}, by ${sourceOf(args, io)}` };
    const { workspace, role } = pickWorkspace(account, target);
    yield { state: 'ok', what: 'workspace', detail: `${workspace}, as ${role}` };
    const params = { workspace };
    const [brokers, clusters] = await Promise.all([
      client.call(listBrokers, { params, query: { limit: 500 } }),
      client.call(listClusters, { params, query: { limit: 500 } }),
    ]);
    yield* states(
      'brokers',
      brokers.items.map(({ id, region, state }) => ({ name: `${id} (${region})`, state })),
      {
        isSound: (state) => state !== 'down',
        remedy: 'Restart it; its tunnels have moved to other brokers.',
      },
    );
    yield* states('clusters', clusters.items, {
      isSound: (state) => state !== 'disconnected' && state !== 'degraded',
      remedy: 'Check the log of its agent, and run on its machine: portolan doctor tunnel',
    });
  } catch (error) {
    const isToken = error instanceof PlatformError && error.status === 401;
    yield {
      state: 'bad',
      what: isToken ? 'sign-in' : 'workspace',
      detail: isToken
        ? `the platform refuses the token of ${sourceOf(args, io)}: it is wrong, expired or revoked. Sign in again: ${again}`
        : oneLine(error),
    };
  }
}

function sourceOf(args: Arguments, io: Io): string {
  const file = args.text('token-file');
  if (file !== undefined) return `--token-file ${file}`;
  return io.env['PORTOLAN_TOKEN'] === undefined ? 'the stored sign-in' : 'PORTOLAN_TOKEN';
}

function* states(
  what: string,
  items: readonly { readonly name: string; readonly state: string }[],
  { isSound, remedy }: { isSound: (state: string) => boolean; remedy: string },
): Generator<Finding> {
  const broken = items.filter(({ state }) => !isSound(state));
  if (items.length === 0) return yield { state: 'warn', what, detail: `none yet` };
  if (broken.length === 0)
    return yield { state: 'ok', what, detail: `${items.length} of ${items.length} connected` };
  const names = broken.map(({ name, state }) => `${name} is ${state}`).join(', ');
  yield {
    state: 'bad',
    what,
    detail: `${names}; ${items.length - broken.length} of ${items.length} are connected. ${remedy}`,
  };
}
