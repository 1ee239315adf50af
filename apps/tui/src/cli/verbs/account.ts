import type { Action } from '@portolan/console/actions/action';
import {
  passwordChange,
  secondFactorBegin,
  secondFactorConfirm,
  secondFactorRemove,
} from '@portolan/console/actions/account';
import type { InputValues } from '@portolan/console/actions/input';
import type { Session } from '@portolan/console/kinds/kind';
import { Failure } from '@portolan/console/failure';
import { ask, secretFrom } from '../ask.ts';
import { connect } from '../connect.ts';
import { platformFlags } from '../flags.ts';
import { print, tell } from '../../terminal/io.ts';
import type { Flags, Verb } from '../verb.ts';

const passwordFlag: Flags = {
  'password-file': {
    type: 'string',
    value: 'FILE|-',
    complete: 'files',
    help: 'password of the account; asked for by default',
  },
};

export const changePasswordVerb: Verb = {
  usage: '',
  actions: [passwordChange],
  details: 'Ends all other sessions. Passwords are asked for or read from files, and never shown.',
  examples: ['portolan account change-password --password-file old --new-password-file new'],
  flags: {
    ...passwordFlag,
    'new-password-file': {
      type: 'string',
      value: 'FILE|-',
      complete: 'files',
      help: 'new password, at least 12 characters',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const current = await secretFrom(io, args.text('password-file'), 'Current password: ', 'password-file');
    const file = args.text('new-password-file');
    const next = await secretFrom(io, file, 'New password: ', 'new-password-file');
    if (
      file === undefined &&
      next !== (await secretFrom(io, undefined, 'Repeat new password: ', 'new-password-file'))
    )
      throw new Failure('The passwords do not match.', 'Nothing was changed. Try again.');
    const session = await connect(args, io);
    await carryOut(session, passwordChange, { current, next });
    tell(io, `Changed the password of ${session.account.email} and ended all other sessions.`);
    return 0;
  },
};

export const enableSecondFactorVerb: Verb = {
  usage: '',
  actions: [secondFactorBegin, secondFactorConfirm],
  details:
    'Shows the secret for an authenticator app, asks for a code from it, and prints recovery codes once: each can be used once instead\nof a code.',
  flags: { ...passwordFlag, ...platformFlags },
  async run(args, io) {
    if (!io.stdin.isTTY)
      throw new Failure('There is no terminal to ask for a code.', 'Run it in a terminal.', 2);
    const password = await secretFrom(io, args.text('password-file'), 'Password: ', 'password-file');
    const session = await connect(args, io);
    const begun = await carryOut(session, secondFactorBegin, { password });
    tell(io, `${begun?.title ?? ''}: ${begun?.value ?? ''}`);
    tell(io, begun?.note ?? '');
    const code = await ask(io, 'Code from the authenticator app: ');
    const confirmed = await carryOut(session, secondFactorConfirm, { code });
    tell(io, confirmed?.note ?? '');
    print(io, confirmed?.value ?? '');
    return 0;
  },
};

export const disableSecondFactorVerb: Verb = {
  usage: '',
  actions: [secondFactorRemove],
  details: 'Needs the password and a code or a recovery code.',
  flags: {
    ...passwordFlag,
    'code-file': {
      type: 'string',
      value: 'FILE|-',
      complete: 'files',
      help: 'a code; asked for by default',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const password = await secretFrom(io, args.text('password-file'), 'Password: ', 'password-file');
    const code = (await secretFrom(io, args.text('code-file'), 'Code: ', 'code-file')).trim();
    const session = await connect(args, io);
    await carryOut(session, secondFactorRemove, { password, code });
    tell(io, `Disabled the second factor of ${session.account.email}.`);
    return 0;
  },
};

/** Runs an action on the account; returns what it shows only once. */
async function carryOut(session: Session, action: Action, values: InputValues) {
  const { steps } = await action.plan(session, [], values);
  for (const step of steps) return (await step.run()).secret;
  return undefined;
}
