import { createClient, PlatformError, type Client } from '@portolan/contract/client';
import { signIn, whoAmI, type Account } from '@portolan/contract/sessions';
import { changeConfig } from '@portolan/contexts/config';
import { beginDeviceSignIn } from '@portolan/contexts/device-sign-in';
import { fixedToken, type KeptToken } from '@portolan/contexts/credentials';
import { keepToken } from '@portolan/contexts/kept-token';
import { openBrowser } from '../../terminal/browser.ts';
import { Failure } from '@portolan/console/failure';
import { ask, askHidden, readSecret } from '../ask.ts';
import { pickWorkspace, resolveTarget, type Target } from '../connect.ts';
import { readAll, tell, type Io } from '../../terminal/io.ts';
import { platformFlags } from '../flags.ts';
import type { Arguments, Verb } from '../verb.ts';

export const loginVerb: Verb = {
  usage: '[--platform URL]',
  examples: [
    'portolan login --platform https://portolan.example.com',
    'portolan login --email ada@example.com',
    'portolan login --token-stdin < token',
  ],
  flags: {
    password: { type: 'boolean', help: 'ask for e-mail address and password here instead of in a browser' },
    email: { type: 'string', value: 'EMAIL', help: 'e-mail address to sign in with, by password' },
    'password-file': {
      type: 'string',
      value: 'FILE',
      help: 'read the password from a file',
    },
    'token-stdin': { type: 'boolean', help: 'read a token from standard input' },
    production: {
      type: 'boolean',
      help: 'mark this context as production: shown in red, read-only by default, --yes needs its name',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const target = await resolveTarget(args, io, { mayBeNew: true });
    const { kept: made, account } = await signInBy(args, io, target);
    const { workspace } = pickWorkspace(account, target);
    const kept = await keepToken(io.env, target.platform, made);
    if (!kept.isKeychain)
      tell(io, `portolan: No keychain is available; the token is stored in ${kept.place} (mode 0600).`);
    const name = args.text('context') ?? target.name;
    const saved = await changeConfig(target.loaded, (config) => ({
      ...config,
      current: name,
      contexts: {
        ...config.contexts,
        [name]: {
          ...target.context,
          platform: target.platform,
          workspace,
          production: args.has('production') || (target.context?.production ?? false),
        },
      },
    }));
    if (saved.problem !== null) tell(io, `portolan: The context was not saved: ${saved.problem}`);
    tell(io, `Signed in to ${target.platform} as ${account.email}, workspace ${workspace}.`);
    return 0;
  },
};

interface SignedIn {
  readonly kept: KeptToken;
  readonly account: Account;
}

/** By a code confirmed in a browser, unless a password or a token is given. */
async function signInBy(args: Arguments, io: Io, target: Target): Promise<SignedIn> {
  if (args.has('token-stdin')) return withToken(target, (await readAll(io.stdin)).trim());
  const isByPassword =
    args.has('password') || args.text('email') !== undefined || args.text('password-file') !== undefined;
  if (!isByPassword) return withBrowser(io, target);
  const { token, account } = await withPassword(args, io, target);
  return { kept: fixedToken(token), account };
}

async function withToken(target: Target, token: string, refresh?: KeptToken): Promise<SignedIn> {
  const client = createClient({ baseUrl: target.platform, token, origin: 'cli' });
  const kept = refresh ?? fixedToken(token);
  return { kept, account: await client.call(whoAmI, {}) };
}

/** RFC 8628: the browser may be on another machine, so this works over ssh as well. */
async function withBrowser(io: Io, target: Target): Promise<SignedIn> {
  const device = await beginDeviceSignIn(target.platform);
  const isOpen = await openBrowser(device.completeUri, io.env);
  tell(
    io,
    isOpen
      ? `Opening ${device.uri} in a browser; you can also open it on any other machine.`
      : `Open ${device.uri} in a browser on this or any other machine.`,
  );
  tell(io, `Confirm the code ${device.userCode} within ${device.minutes} minutes (ctrl-c cancels).`);
  const kept = await device.finish();
  return withToken(target, kept.token, kept);
}

async function withPassword(
  args: Arguments,
  io: Io,
  target: Target,
): Promise<{ token: string; account: Account }> {
  const client = createClient({ baseUrl: target.platform, origin: 'cli' });
  const file = args.text('password-file');
  const given = args.text('email');
  if (!io.stdin.isTTY && (file === undefined || given === undefined)) {
    throw new Failure(
      'There is no terminal to ask for e-mail address and password.',
      'Pass --email and --password-file, or --token-stdin.',
    );
  }
  const email = given ?? (await ask(io, 'E-mail: '));
  const password = file === undefined ? await askHidden(io, 'Password: ') : await readSecret(file);
  return enter(client, io, { email, password });
}

async function enter(
  client: Client,
  io: Io,
  body: { email: string; password: string; code?: string },
): Promise<{ token: string; account: Account }> {
  try {
    return await client.call(signIn, { body });
  } catch (error) {
    const isAsked = error instanceof PlatformError && error.code === 'second-factor-required';
    if (!isAsked || !io.stdin.isTTY || body.code !== undefined) throw error;
    return enter(client, io, { ...body, code: await ask(io, 'Code of your authenticator app: ') });
  }
}
