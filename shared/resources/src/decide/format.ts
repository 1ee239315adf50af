import type { Limit } from '../model/model.ts';
import type { Identity } from '../model/request.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Decision } from './decision.ts';

/** A decision as plain lines: the walk, then the verdict. */
export function formatDecision(decision: Decision): string[] {
  const width = Math.max(0, ...decision.reasons.map(({ step }) => step.length));
  const lines = decision.reasons.flatMap(({ step, ok, text, fix, who }) => {
    const indent = ' '.repeat(width + 4);
    const line = `${ok ? '✓' : '✗'} ${step.padEnd(width)}  ${text}`;
    return [
      line,
      ...(fix === undefined || ok ? [] : [`${indent}fix: ${fix}`]),
      ...(who === undefined || ok ? [] : [`${indent}who can: ${who}`]),
    ];
  });
  return [
    ...lines,
    `${decision.verdict === 'allow' ? 'allowed' : 'refused'}: ${describeStatus(decision.status)}`,
  ];
}

const MEANINGS: Readonly<Record<number, string>> = {
  200: 'forwarded to the upstream',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  429: '429 Too Many Requests',
  500: '500 Internal Server Error',
  503: '503 Service Unavailable',
};

function describeStatus(status: number): string {
  return MEANINGS[status] ?? String(status);
}

/** `Kind "name"`, with its namespace where it has one. */
export function nameObject({ kind, namespace, name }: ObjectRef): string {
  return `${kind} "${name}"${namespace === '' ? '' : ` in namespace "${namespace}"`}`;
}

/** A caller in words: the e-mail address of a user, else what it is known by. */
export function nameCaller({ email, userId, kind }: Identity): string {
  if (kind === 'application') return `application "${userId}"`;
  return email || userId;
}

/** A limit in words: `10 requests per 1m`. */
export function nameLimit({ limit, periodMs }: Pick<Limit, 'limit' | 'periodMs'>): string {
  return `${limit} request${limit === 1 ? '' : 's'} per ${namePeriod(periodMs)}`;
}

/** `a`, `b` or `c`. */
export function list(words: readonly string[], joiner: 'and' | 'or'): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${joiner} ${quoted.at(-1)}`;
}

export const REMEDY_OWNER = {
  caller: 'the caller',
  editor: 'anyone who may change resources (role editor or higher, or kubectl)',
  admin: 'a workspace administrator (users and groups)',
} as const;

function namePeriod(periodMs: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1000, 's'],
  ] as const;
  const unit = units.find(([ms]) => periodMs % ms === 0);
  return unit === undefined ? `${periodMs}ms` : `${periodMs / unit[0]}${unit[1]}`;
}
