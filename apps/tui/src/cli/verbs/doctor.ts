import { createClient } from '@portolan/contract/client';
import { whoAmI } from '@portolan/contract/sessions';
import { keptToken } from '../../config/kept-token.ts';
import { oneLine, usageFailure } from '../../failure.ts';
import { colourLevel, isUnicode } from '../../term/capabilities.ts';
import { resolveTarget, type Target } from '../connect.ts';
import { print, type Io } from '../io.ts';
import { plainTheme } from '../terminal.ts';
import { platformFlags } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { diagnoseTunnels, tunnelFlags } from './doctor-tunnel.ts';

interface Finding {
  readonly state: 'ok' | 'warn' | 'bad';
  readonly what: string;
  readonly detail: string;
}

export const doctorVerb: Verb = {
  usage: '\ntunnel [URL]',
  complete: [['tunnel']],
  examples: ['portolan doctor', 'portolan doctor tunnel --agent-token-file /etc/portolan/agent-token'],
  flags: { ...tunnelFlags, ...platformFlags },
  async run(args, io) {
    const [what] = args.words;
    if (what === 'tunnel') return diagnoseTunnels(args, io);
    if (what !== undefined)
      throw usageFailure(`There is nothing called "${what}" to check.`, 'portolan doctor [tunnel]');
    const target = await resolveTarget(args, io);
    const findings = [node(), config(target), terminal(io), ...(await wayToPlatform(io, target))];
    const theme = plainTheme(io);
    const width = Math.max(...findings.map(({ what }) => what.length));
    for (const { state, what, detail } of findings)
      print(io, `${theme.paint(state, state.padEnd(4))}  ${what.padEnd(width)}  ${detail}`);
    return findings.some(({ state }) => state === 'bad') ? 1 : 0;
  },
};

function node(): Finding {
  return {
    state: 'ok',
    what: 'node',
    detail: `${process.versions.node} on ${process.platform} ${process.arch}`,
  };
}

function config({ loaded, name }: Target): Finding {
  if (loaded.problem !== null) return { state: 'warn', what: 'configuration', detail: loaded.problem };
  const count = Object.keys(loaded.config.contexts).length;
  return { state: 'ok', what: 'configuration', detail: `${loaded.path}, ${count} contexts, now ${name}` };
}

function terminal(io: Io): Finding {
  if (!io.stdout.isTTY) return { state: 'warn', what: 'terminal', detail: 'none: plain output only' };
  const colours = ['no colours', '16 colours', '256 colours', 'all colours'][colourLevel(io.env, true)];
  return {
    state: 'ok',
    what: 'terminal',
    detail: `${io.stdout.columns}x${io.stdout.rows}, ${colours}, ${isUnicode(io.env) ? 'Unicode' : 'ASCII'}`,
  };
}

/** Name, connection, token: stops at the first link that is broken. */
async function wayToPlatform(io: Io, target: Target): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const startedAt = Date.now();
  try {
    const response = await fetch(`${target.platform}/healthz`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    findings.push({
      state: response.ok ? 'ok' : 'bad',
      what: 'platform',
      detail: `${target.platform} answers ${response.status} in ${Date.now() - startedAt} ms`,
    });
    const skew = Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now());
    if (skew > 60_000)
      findings.push({
        state: 'warn',
        what: 'clock',
        detail: `${Math.round(skew / 1000)} s away from the platform's; ages will read wrong`,
      });
  } catch (error) {
    return [
      ...findings,
      { state: 'bad', what: 'platform', detail: `${target.platform} does not answer: ${oneLine(error)}` },
    ];
  }
  const token = io.env['PORTOLAN_TOKEN'] ?? (await keptToken(io.env, target.platform));
  if (token === null)
    return [...findings, { state: 'bad', what: 'sign-in', detail: 'none here: portolan login' }];
  try {
    const account = await createClient({ baseUrl: target.platform, token, origin: 'cli' }).call(whoAmI, {});
    const roles = account.workspaces.map((one) => `${one.workspace} (${one.role})`).join(', ');
    return [...findings, { state: 'ok', what: 'sign-in', detail: `${account.email}: ${roles}` }];
  } catch (error) {
    return [...findings, { state: 'bad', what: 'sign-in', detail: oneLine(error) }];
  }
}
