import type { Bisection } from '@portolan/contract/bisect';
import { toned, type Block } from './block.ts';
import { formatTime } from './format.ts';

/** The change since which a call is decided as now, in blocks: the verdict, the change, and the decisions around it. */
export function bisectionBlocks(found: Bisection): readonly Block[] {
  const { now, change, before, objects, searched, notes } = found;
  const isAllowed = now.verdict === 'allow';
  const outcome = isAllowed ? 'accepted' : `refused with ${now.status}`;
  const text =
    change === null
      ? `This call is ${outcome}, and no change of the platform’s objects made it so.`
      : `This call is ${outcome} since revision ${change.revision}.`;
  return [
    { type: 'note', tone: isAllowed ? 'ok' : 'bad', text },
    ...(change === null
      ? []
      : [
          {
            type: 'fields',
            title: 'The change',
            rows: [
              ['Revision', String(change.revision)],
              ['Made by', `${change.actor.name}, from ${change.origin}`],
              ['At', formatTime(change.at)],
              ['Objects', objects.join(', ')],
            ],
          } as const,
        ]),
    {
      type: 'table',
      title: 'Decisions',
      head: ['REVISION', 'STATUS', 'BECAUSE'],
      rows: [
        ...(before === null ? [] : [rowOf('before', before)]),
        rowOf(change === null ? 'now' : 'since', now),
      ],
      empty: 'none',
    },
    {
      type: 'note',
      tone: 'dim',
      text: `Decided in ${searched.decided} states of ${searched.changes} changes.`,
    },
    ...notes.map((note): Block => ({ type: 'note', tone: 'dim', text: note })),
  ];
}

function rowOf(when: string, { status, verdict, reason, revision }: Bisection['now']) {
  const shown = `${status}`;
  return [
    when === 'now' ? when : `${when} (${revision})`,
    verdict === 'allow' ? toned('ok', shown) : toned('bad', shown),
    reason?.text ?? '–',
  ];
}
