import { endSilence, silenceAlertRule, type AlertRule } from '@portolan/contract/alerts';
import { changeRole, type Member } from '@portolan/contract/members';
import { ROLES } from '@portolan/contract/permissions';
import { usageFailure } from '@portolan/console/failure';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { members } from '@portolan/console/kinds/members';
import { connect } from '../connect.ts';
import { findOnly } from '../find-rows.ts';
import { platformFlags } from '../flags.ts';
import { print } from '../io.ts';
import { oneOf } from '../read-words.ts';
import { momentIn, readSeconds } from '../times.ts';
import type { Verb } from '../verb.ts';

const place = { namespace: undefined, cluster: undefined };
const outcome = 'Nothing was done.';

export const setRoleVerb: Verb = {
  usage: 'E-MAIL ROLE',
  details: `Roles: ${ROLES.join(', ')}. Only owners make or unmake owners, and the last owner stays one.`,
  examples: ['portolan set role grace@example.com admin'],
  complete: [{ of: 'members' }, ROLES],
  flags: platformFlags,
  async run(args, io) {
    const [name, word, more] = args.words;
    if (name === undefined || more !== undefined)
      throw usageFailure('Whose role?', 'portolan set role E-MAIL ROLE');
    const role = oneOf(ROLES, word, 'role');
    const session = await connect(args, io);
    const asked = { kind: members, info: null, what: 'member' };
    const { accountId, email } = (await findOnly(session, asked, { name, place, outcome })) as Member;
    const params = { workspace: session.workspace, account: accountId };
    await session.client.call(changeRole, { params, body: { role } });
    print(io, `member/${email} is ${role} now`);
    return 0;
  },
};

const ruleKind = { kind: alertRules, info: null, what: 'rule' };

export const silenceVerb: Verb = {
  usage: 'rule NAME --for TIME --reason TEXT',
  details: 'The rule goes on being looked at; nobody is told. The reason is shown to everyone.',
  examples: ['portolan silence rule flights-failing --for 2h --reason "release 4.2"'],
  complete: [['rule'], { of: 'rules' }],
  flags: {
    for: { type: 'string', value: 'TIME', help: 'how long; 1h when absent' },
    reason: { type: 'string', value: 'TEXT', help: 'why' },
    ...platformFlags,
  },
  async run(args, io) {
    const name = ruleName(args.words, 'silence');
    const reason = args.text('reason');
    if (reason === undefined) throw usageFailure('Why?', 'Say it with --reason TEXT; everyone sees it.');
    const until = momentIn(readSeconds(args.text('for') ?? '1h', 'for', 's'));
    const session = await connect(args, io);
    const rule = (await findOnly(session, ruleKind, { name, place, outcome })) as AlertRule;
    const params = { workspace: session.workspace, rule: rule.id };
    await session.client.call(silenceAlertRule, { params, body: { until, reason } });
    print(io, `rule/${rule.name} silenced until ${until}`);
    return 0;
  },
};

export const unsilenceVerb: Verb = {
  usage: 'rule NAME',
  complete: [['rule'], { of: 'rules' }],
  flags: platformFlags,
  async run(args, io) {
    const name = ruleName(args.words, 'unsilence');
    const session = await connect(args, io);
    const rule = (await findOnly(session, ruleKind, { name, place, outcome })) as AlertRule;
    await session.client.call(endSilence, { params: { workspace: session.workspace, rule: rule.id } });
    print(io, `rule/${rule.name} heard again`);
    return 0;
  },
};

function ruleName(words: readonly string[], verb: string): string {
  const [first = '', second, more] =
    words[0]?.startsWith('rule/') === true ? ['rule', words[0].slice(5), words[1]] : words;
  if (!['rule', 'rules', 'alert-rule'].includes(first) || second === undefined || more !== undefined)
    throw usageFailure('Which rule?', `portolan ${verb} rule NAME`);
  return second;
}
