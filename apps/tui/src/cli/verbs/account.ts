import { changePassword } from '@portolan/contract/access-tokens';
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from '@portolan/contract/second-factor';
import { Failure } from '@portolan/console/failure';
import { ask, secretFrom } from '../ask.ts';
import { connect } from '../connect.ts';
import { platformFlags } from '../flags.ts';
import { print, tell } from '../../terminal/io.ts';
import { noWords } from '../read-words.ts';
import type { Flags, Verb } from '../verb.ts';

const passwordFlag: Flags = {
  'password-file': {
    type: 'string',
    value: 'FILE|-',
    complete: 'files',
    help: 'the password of the account; asked for when absent',
  },
};

export const changePasswordVerb: Verb = {
  usage: '',
  details: 'Ends all other sessions. Passwords are asked for, or read from files, and never shown.',
  examples: ['portolan account change-password --password-file old --new-password-file new'],
  flags: {
    ...passwordFlag,
    'new-password-file': {
      type: 'string',
      value: 'FILE|-',
      complete: 'files',
      help: 'the new one, of at least 12 characters',
    },
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan account change-password');
    const current = await secretFrom(io, args.text('password-file'), 'Password now: ', 'password-file');
    const file = args.text('new-password-file');
    const next = await secretFrom(io, file, 'New password: ', 'new-password-file');
    if (
      file === undefined &&
      next !== (await secretFrom(io, undefined, 'New password again: ', 'new-password-file'))
    )
      throw new Failure('The two are not the same.', 'Nothing was changed. Do it again.');
    const { client, account } = await connect(args, io);
    await client.call(changePassword, { body: { current, next } });
    tell(io, `The password of ${account.email} is changed; all other sessions are over.`);
    return 0;
  },
};

export const enableSecondFactorVerb: Verb = {
  usage: '',
  details:
    'Shows the secret for an authenticator, asks for a code of it, and prints the recovery codes, this once: each signs in in place of\na code.',
  flags: { ...passwordFlag, ...platformFlags },
  async run(args, io) {
    noWords(args, 'portolan account enable-second-factor');
    if (!io.stdin.isTTY)
      throw new Failure('There is no terminal to ask for a code.', 'Run it in a terminal.', 2);
    const password = await secretFrom(io, args.text('password-file'), 'Password: ', 'password-file');
    const { client } = await connect(args, io);
    const { secret, uri } = await client.call(beginSecondFactor, { body: { password } });
    tell(io, `Type this secret into an authenticator: ${secret}`);
    tell(io, `or open this address with one: ${uri}`);
    const code = await ask(io, 'Code of the authenticator: ');
    const { recoveryCodes } = await client.call(confirmSecondFactor, { body: { code } });
    tell(io, 'The second factor is on. Keep these recovery codes; they are shown this once.');
    print(io, recoveryCodes.join('\n'));
    return 0;
  },
};

export const disableSecondFactorVerb: Verb = {
  usage: '',
  details: 'Takes the password and a code, or one of the recovery codes.',
  flags: {
    ...passwordFlag,
    'code-file': {
      type: 'string',
      value: 'FILE|-',
      complete: 'files',
      help: 'a code; asked for when absent',
    },
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan account disable-second-factor');
    const password = await secretFrom(io, args.text('password-file'), 'Password: ', 'password-file');
    const code = (await secretFrom(io, args.text('code-file'), 'Code: ', 'code-file')).trim();
    const { client, account } = await connect(args, io);
    await client.call(removeSecondFactor, { body: { password, code } });
    tell(io, `${account.email} signs in without a second factor now.`);
    return 0;
  },
};
