import type { CaaRecord } from 'node:dns';
import { baseOf } from '../../domains/proof.ts';

/** What resolvers reply for CAA records of one name. */
export type CaaReply =
  | { readonly found: readonly CaaRecord[] }
  | { readonly unknown: string; readonly found?: undefined };

/** Verdict on the CAA records for a host, with what a person has to change in `reason`. */
export type CaaVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'forbidden' | 'unknown'; readonly reason: string };

export interface CaaQuestion {
  readonly host: string;
  /** Names of the authority (RFC 8659 §4.2); empty: unknown, and nothing is checked. */
  readonly identities: readonly string[];
  /** URL of the account, and the challenge (RFC 8657). */
  readonly account: string;
  readonly challenge: string;
}

const LABELS_MAX = 20;

/** Checks whether CAA records allow an authority to issue for a host, climbing its parents (RFC 8659 §3). */
export async function checkCaa(
  question: CaaQuestion,
  lookup: (name: string) => Promise<CaaReply>,
): Promise<CaaVerdict> {
  if (question.identities.length === 0) return { kind: 'allowed' };
  const labels = baseOf(question.host).split('.').slice(-LABELS_MAX);
  for (let at = 0; at < labels.length; at += 1) {
    const name = labels.slice(at).join('.');
    const reply = await lookup(name);
    if (reply.found === undefined)
      return { kind: 'unknown', reason: `The CAA records of ${name} cannot be read: ${reply.unknown}.` };
    if (reply.found.length > 0) return judge(question, name, reply.found);
  }
  return { kind: 'allowed' };
}

function judge(question: CaaQuestion, name: string, records: readonly CaaRecord[]): CaaVerdict {
  const plain = records.flatMap((record) => (record.issue === undefined ? [] : [record.issue]));
  const wild = records.flatMap((record) => (record.issuewild === undefined ? [] : [record.issuewild]));
  // RFC 8659 §4.3: of a wildcard, `issuewild` counts where there is one.
  const isWild = question.host.startsWith('*.') && wild.length > 0;
  const issue = isWild ? wild : plain;
  // Only `iodef` and the like: nobody is excluded.
  if (issue.length === 0) return { kind: 'allowed' };
  if (issue.some((value) => allows(question, value))) return { kind: 'allowed' };
  const [identity = ''] = question.identities;
  const others = issue.map((value) => value.split(';')[0]?.trim() || 'nobody').join(', ');
  return {
    kind: 'forbidden',
    reason: `The CAA records of ${name} let only ${others} issue; add ${name} CAA 0 ${isWild ? 'issuewild' : 'issue'} "${identity}".`,
  };
}

/** RFC 8659 §4.2: a name, then parameters; RFC 8657 defines `accounturi` and `validationmethods`. */
function allows({ identities, account, challenge }: CaaQuestion, value: string): boolean {
  const [name = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (!identities.includes(name.toLowerCase())) return false;
  return parameters.every((parameter) => {
    const [tag = '', ...rest] = parameter.split('=');
    const text = rest.join('=').trim();
    if (tag.trim().toLowerCase() === 'accounturi') return text === account;
    if (tag.trim().toLowerCase() === 'validationmethods')
      return text.split(',').some((method) => method.trim() === challenge);
    return true;
  });
}
