import { createClient } from '@portolan/contract/client';
import { signOut } from '@portolan/contract/sessions';
import { forgetToken, keptToken } from '@portolan/contexts/kept-token';
import { oneLine } from '@portolan/console/failure';
import { connect, resolveTarget } from '../connect.ts';
import { print, tell } from '../../terminal/io.ts';
import { platformFlags } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

export const logoutVerb: Verb = {
  usage: '',
  flags: platformFlags,
  async run(args, io) {
    const target = await resolveTarget(args, io);
    const token = await keptToken(io.env, target.platform);
    if (token === null) {
      tell(io, `Not signed in to ${target.platform}.`);
      return 0;
    }
    await forgetToken(io.env, target.platform);
    try {
      await createClient({ baseUrl: target.platform, token, origin: 'cli' }).call(signOut, {});
    } catch (error) {
      tell(
        io,
        `portolan: The stored token was deleted, but the platform could not end the session: ${oneLine(error)}`,
      );
      return 1;
    }
    tell(io, `Signed out of ${target.platform}.`);
    return 0;
  },
};

export const whoamiVerb: Verb = {
  usage: '',
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'yaml', 'name'],
      help: 'text, json, yaml or name',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const { account, workspace, role, target } = await connect(args, io);
    const facts = { email: account.email, name: account.name, platform: target.platform, workspace, role };
    if (printDocument(io, args, { ...facts, workspaces: account.workspaces })) return 0;
    if (args.text('output') === 'name') print(io, account.email);
    else print(io, `${account.email} on ${target.platform}, workspace ${workspace}, role ${role}`);
    return 0;
  },
};
