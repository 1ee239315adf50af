import { readFile } from 'node:fs/promises';
import { ownValue } from '@portolan/contract/dictionary';
import { createClient } from '@portolan/contract/client';
import { whoAmI, type Account } from '@portolan/contract/sessions';
import { loadConfig, type Context, type LoadedConfig } from '@portolan/contexts/config';
import { keptToken } from '@portolan/contexts/kept-token';
import { userPaths } from '@portolan/contexts/paths';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { tell, type Io } from '../terminal/io.ts';
import type { Arguments } from './verb.ts';
import { timedFetch } from './timed-fetch.ts';
import { readSeconds } from './read-seconds.ts';

/** Which platform and workspace a command is about, before anything has been asked of it. */
export interface Target {
  readonly name: string;
  readonly platform: string;
  readonly workspace: string | undefined;
  readonly context: Context | null;
  readonly loaded: LoadedConfig;
}

const DEFAULT_PLATFORM = 'http://127.0.0.1:4400';

/** Flags come before the environment, the environment before the configuration file. */
export async function resolveTarget(
  args: Arguments,
  io: Io,
  options: { mayBeNew?: boolean } = {},
): Promise<Target> {
  const loaded = await loadConfig(userPaths(io.env).config);
  if (loaded.problem !== null) tell(io, `portolan: ${loaded.problem}`);
  const { config } = loaded;
  const wanted = args.text('context') ?? config.current;
  const context = wanted === undefined ? null : (ownValue(config.contexts, wanted) ?? null);
  if (args.text('context') !== undefined && context === null && options.mayBeNew !== true) {
    const names = Object.keys(config.contexts).join(', ') || 'none yet; create one with `portolan login`';
    throw usageFailure(`There is no context "${wanted ?? ''}".`, `Contexts: ${names}.`);
  }
  const given = args.text('platform') ?? io.env['PORTOLAN_PLATFORM'];
  const platform = parseUrl(given ?? context?.platform ?? DEFAULT_PLATFORM);
  // Another platform than the context's has other workspaces, so the context's does not carry over.
  const own = given === undefined || context?.platform === platform ? context : null;
  return {
    name: own === null ? new URL(platform).host : (wanted ?? ''),
    platform,
    workspace: args.text('workspace') ?? io.env['PORTOLAN_WORKSPACE'] ?? own?.workspace,
    context: own,
    loaded,
  };
}

/** Signs in with the kept token and picks the workspace. */
export async function connect(args: Arguments, io: Io): Promise<Session & { readonly target: Target }> {
  const { target, token } = await findCredential(args, io);
  const client = createClient({
    baseUrl: target.platform,
    token,
    origin: 'cli',
    fetch: timedFetch(requestTimeoutMs(args)),
  });
  const account = await client.call(whoAmI, {});
  return { client, account, target, ...pickWorkspace(account, target) };
}

/** Milliseconds a request may take; 0 for no bound. */
function requestTimeoutMs(args: Arguments): number {
  const text = args.text('request-timeout') ?? '60s';
  return text === '0' ? 0 : readSeconds(text, 'request-timeout', 's') * 1000;
}

/** Which platform, and the token to show it; nothing has been asked of the platform yet. */
export async function findCredential(
  args: Arguments,
  io: Io,
): Promise<{ readonly target: Target; readonly token: string }> {
  const target = await resolveTarget(args, io);
  const token = await findToken(args, io, target);
  if (token === null) {
    throw new Failure(
      `Not signed in to ${target.platform}.`,
      `Sign in: portolan login --platform ${target.platform}`,
    );
  }
  return { target, token };
}

export async function findToken(args: Arguments, io: Io, target: Target): Promise<string | null> {
  const file = args.text('token-file');
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw usageFailure(
        `The token file ${file} cannot be read (${error.code ?? error.message}).`,
        'Check the path.',
      );
    });
    return text.trim();
  }
  return io.env['PORTOLAN_TOKEN'] ?? keptToken(io.env, target.platform);
}

/** Returns the workspace asked for, or the only one; its role says what may be changed. */
export function pickWorkspace(
  account: Account,
  target: Pick<Target, 'workspace'>,
): Pick<Session, 'workspace' | 'role'> {
  const names = account.workspaces.map((one) => one.workspace);
  const wanted = target.workspace;
  const found =
    wanted === undefined
      ? account.workspaces[0]
      : account.workspaces.find((one) => one.workspace === wanted || one.name === wanted);
  if (found === undefined) {
    if (wanted === undefined)
      throw new Failure('This account is not a member of any workspace.', 'Ask an owner for an invitation.');
    throw new Failure(
      `There is no workspace "${wanted}" for ${account.email}.`,
      `Workspaces: ${names.join(', ') || 'none'}.`,
    );
  }
  return { workspace: found.workspace, role: found.role };
}

function parseUrl(text: string): string {
  try {
    const url = new URL(text.includes('://') ? text : `https://${text}`);
    if (!/^https?:$/.test(url.protocol)) throw new Error(`a platform does not speak ${url.protocol}`);
    return url.href.replace(/\/$/, '');
  } catch {
    throw usageFailure(`"${text}" is not a URL.`, 'Use a URL such as https://portolan.example.com.');
  }
}
