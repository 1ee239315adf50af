import type { Explanation } from '@portolan/contract/explain';
import { toned, type Block } from './block.ts';

/** The same call for a shell; the key stays the caller's own. */
export function curlLine(call: {
  readonly user: string | null;
  readonly method: string;
  readonly url: string;
}): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const method = call.method.toUpperCase() === 'GET' ? '' : ` -X ${call.method.toUpperCase()}`;
  const key = call.user === null ? '' : ' -H "Authorization: Bearer $KEY"';
  return `curl -i${method}${key} ${quoted(call.url)}`;
}

function planText({ plan, rateLimit, quota }: NonNullable<Explanation['plan']>): string {
  const limits = [
    ...(rateLimit === null ? [] : [`rate ${rateLimit.limit} per ${rateLimit.periodMs / 1000} s`]),
    ...(quota === null ? [] : [`quota ${quota.limit} per ${quota.periodMs / 3_600_000} h`]),
  ];
  return `${plan.name}: ${limits.join(', ') || 'no limit'}`;
}

/** An explanation in blocks: the verdict, then the walk up to the first link that is broken. */
export function explanationBlocks(found: Explanation): readonly Block[] {
  const isAllowed = found.verdict === 'allow';
  const name = (ref: Explanation['api']) =>
    ref === null ? '–' : `${ref.kind} ${[ref.namespace, ref.name].filter((part) => part !== '').join('/')}`;
  return [
    {
      type: 'note',
      tone: isAllowed ? 'ok' : 'bad',
      text: isAllowed ? 'This call would be accepted.' : `This call would be refused with ${found.status}.`,
    },
    {
      type: 'table',
      title: 'Step by step',
      head: ['', 'STEP', 'WHAT'],
      rows: found.reasons.map((reason) => [
        reason.ok ? toned('ok', 'yes') : toned('bad', 'NO'),
        reason.step,
        reason.text,
      ]),
      empty: 'no steps',
    },
    ...found.reasons.flatMap((reason): readonly Block[] =>
      reason.ok || (reason.fix === undefined && reason.who === undefined)
        ? []
        : [
            {
              type: 'fields',
              title: 'How to change that',
              rows: [
                ['What', reason.fix ?? '–'],
                ['Who', reason.who ?? '–'],
              ],
            },
          ],
    ),
    {
      type: 'fields',
      title: 'Decision',
      rows: [
        ['Cluster', found.cluster],
        ['Route', found.route === null ? '–' : `${found.route.kind} of ${name(found.route.owner)}`],
        ['API', name(found.api)],
        ['Version', name(found.version)],
        ['Operation', found.operation === null ? '–' : `${found.operation.method} ${found.operation.path}`],
        ['Granted by', name(found.grant)],
        [
          'Limit',
          found.limit === null
            ? 'none'
            : `${found.limit.limit} per ${found.limit.periodMs / 1000} s, from ${name(found.limit.source)}`,
        ],
        ...(found.plan === null ? [] : [['Plan', planText(found.plan)] as const]),
        ['Forwarded to', found.target.join(', ') || '–'],
      ],
    },
    ...found.notes.map((text): Block => ({ type: 'note', tone: 'warn', text })),
  ];
}
