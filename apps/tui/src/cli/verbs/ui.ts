import { whoAmI } from '@portolan/contract/sessions';
import { beginDeviceSignIn } from '@portolan/contexts/device-sign-in';
import { keepToken, renewToken } from '@portolan/contexts/kept-token';
import { userPaths } from '@portolan/contexts/paths';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { SwitchTarget } from '../../state/connection.ts';
import { createGatedClient, type Gate } from '../../state/session-client.ts';
import { createApp } from '../../ui/create-app.ts';
import { check } from '../../plain/check.ts';
import { snapshot } from '../../plain/snapshot.ts';
import { findCredential, pickWorkspace } from '../connect.ts';
import type { Session } from '@portolan/console/kinds/kind';
import type { Io } from '../../terminal/io.ts';
import { platformFlags } from '../flags.ts';
import type { Arguments, Verb } from '../verb.ts';

/** Whose session it is until the platform has said so: the screen is there before its answer. */
const NOBODY = {
  account: { id: '', email: '', name: '', workspaces: [] },
  workspace: '',
  role: 'viewer',
} as const satisfies Omit<Session, 'client'>;

/** The terminal UI; `portolan` alone is the same. */
export const uiVerb: Verb = {
  usage: '[PLACE]',
  complete: ['kinds'],
  examples: [
    'portolan',
    'portolan ui users',
    'portolan ui --snapshot=120x40 clusters',
    'portolan ui --check',
  ],
  flags: {
    snapshot: { type: 'boolean', value: 'WxH', help: 'print one frame as text and exit' },
    size: { type: 'string', value: 'WxH', help: 'size of the snapshot; 120x40 by default' },
    check: { type: 'boolean', help: 'print problems, one a line; exit code 1 for errors' },
    json: { type: 'boolean', help: 'print the list as JSON and exit' },
    'read-only': { type: 'boolean', help: 'start in read-only mode' },
    write: { type: 'boolean', help: 'start in write mode, even if the context is read-only' },
    'screen-reader': {
      type: 'boolean',
      help: 'plain lines for a screen reader (also ACCESSIBLE=1)',
    },
    ascii: { type: 'boolean', help: 'ASCII characters only' },
    'no-color': { type: 'boolean', help: 'no colours (also NO_COLOR)' },
    ...platformFlags,
  },
  async run(args, io) {
    if (args.has('json')) return printList(args, io);
    const isPrinted = args.has('snapshot') || args.has('check') || args.has('size');
    const isScreen = io.stdin.isTTY && io.stdout.isTTY && !isPrinted;
    if (!isScreen && !isPrinted)
      throw new Failure(
        'The terminal UI needs a terminal.',
        'Use --snapshot for one screen as text, --check for problems, or see portolan help.',
      );
    const { target, token } = await findCredential(args, io);
    const isProduction = target.context?.production ?? false;
    const isReadOnly =
      args.has('read-only') || (!args.has('write') && (target.context?.readOnly ?? isProduction));
    const { env } = io;
    const gate: Gate = {
      token,
      isWritable: !isReadOnly,
      renew: (refused) => renewToken(env, target.platform, refused),
      beginSignIn: () => beginDeviceSignIn(target.platform),
      keep: (kept) => keepToken(env, target.platform, kept),
    };
    const client = createGatedClient(target.platform, gate);
    const app = createApp({
      session: { client, ...NOBODY },
      gate,
      contextName: target.name,
      isProduction,
      loaded: target.loaded,
      env: args.has('no-color') ? { ...io.env, NO_COLOR: '1' } : io.env,
      isTty: io.stdout.isTTY,
      isAscii: args.has('ascii'),
    });
    const place = args.words.join(' ');
    const whoIsThis = async () => {
      const account = await client.call(whoAmI, {});
      return { account, ...pickWorkspace(account, target) };
    };
    if (!isScreen || isForScreenReader(args, io, target.loaded.config.screenReader)) {
      Object.assign(app.session, await whoIsThis());
      if (args.has('check')) return check(app, io);
      if (!isScreen)
        return snapshot(app, io, { place, size: sizeOf(args.text('snapshot') ?? args.text('size')) });
      const { runScreenReader } = await import('../../plain/screen-reader.ts');
      return runScreenReader(app, io, { place, stateDir: userPaths(io.env).state });
    }
    const { runScreen } = await import('../../ui/run-screen.ts');
    const code = await runScreen(app, io, { place, stateDir: userPaths(io.env).state, whoIsThis });
    return app.connection.switchTo === null
      ? code
      : uiVerb.run(...elsewhere(args, io, app.connection.switchTo));
  },
};

/** Returns the arguments for another context or workspace. What names this platform, its token above all, must not reach another one. */
function elsewhere(args: Arguments, io: Io, target: SwitchTarget): [Arguments, Io] {
  if ('workspace' in target) {
    const text = (flag: string) => (flag === 'workspace' ? target.workspace : args.text(flag));
    return [{ ...args, words: [], text }, io];
  }
  const {
    PORTOLAN_TOKEN: _token,
    PORTOLAN_PLATFORM: _platform,
    PORTOLAN_WORKSPACE: _workspace,
    ...env
  } = io.env;
  const own = new Set(['platform', 'workspace', 'token-file']);
  const text = (flag: string) =>
    flag === 'context' ? target.context : own.has(flag) ? undefined : args.text(flag);
  return [
    { ...args, words: [], text },
    { ...io, env },
  ];
}

async function printList(args: Arguments, io: Io): Promise<number> {
  const [word = 'apis', ...filter] = args.words;
  const own: Readonly<Record<string, string>> = { output: 'json', filter: filter.join(' ') };
  const { getVerb } = await import('./get.ts');
  return getVerb.run(
    { ...args, words: [word], text: (flag) => (own[flag] || undefined) ?? args.text(flag) },
    io,
  );
}

function isForScreenReader(args: Arguments, io: Io, isConfigured: boolean): boolean {
  // A dumb terminal cannot address its screen; lines are what it can show.
  if (args.has('screen-reader') || io.env['TERM'] === 'dumb') return true;
  return io.env['ACCESSIBLE'] === '1' || io.env['INK_SCREEN_READER'] === 'true' || isConfigured;
}

function sizeOf(text = '120x40'): { width: number; height: number } {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(text);
  if (!match) throw usageFailure(`--size cannot be "${text}".`, 'Use a size such as 120x40.');
  return { width: Number(match[1]), height: Number(match[2]) };
}
