import { listMetricChanges, type ChangeMarker } from '@portolan/contract/metrics-top';
import { toned, type Block, type Cell } from './block.ts';
import { formatTime } from './format.ts';
import type { Session } from './kind.ts';

interface Asked {
  readonly since: Date;
  readonly until?: Date;
  readonly namespace?: string | undefined;
  /** Object whose changes are marked. */
  readonly name?: string | undefined;
}

/** Returns what changed in a period, oldest first. */
export async function readChanges(
  { client, workspace }: Pick<Session, 'client' | 'workspace'>,
  { since, until, namespace, name }: Asked,
  signal?: AbortSignal,
): Promise<readonly ChangeMarker[]> {
  const query = {
    since: since.toISOString(),
    ...(until === undefined ? {} : { until: until.toISOString() }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  return (await client.call(listMetricChanges, { params: { workspace }, query }, signal)).changes;
}

/** Returns a change in one line: `12:04:31 apply API air/flights by ada@example.com (revision 7)`. */
export function describeChange({ at, action, target, by, revision }: ChangeMarker): string {
  const where = revision === null ? '' : ` (revision ${revision})`;
  const verb = action === 'report' ? 'changed in the cluster' : action;
  return `${formatTime(at)} ${verb}: ${target}, by ${by}${where}`;
}

/** Returns the steps of a chart in which something changed, by their place in it. */
export function marksOf(
  changes: readonly ChangeMarker[],
  { from, stepMs, count }: { readonly from: number; readonly stepMs: number; readonly count: number },
): readonly number[] {
  const places = changes.map(({ at }) => Math.floor((Date.parse(at) - from) / stepMs));
  return [...new Set(places)].filter((place) => place >= 0 && place < count).toSorted((a, b) => a - b);
}

/** Returns what changed as a table, the latest first; what touched the object that was asked about stands out. */
export function changesBlock(title: string, changes: readonly ChangeMarker[]): Block {
  return {
    type: 'table',
    title,
    head: ['TIME', 'ACTION', 'TARGET', 'BY', 'REVISION'],
    rows: changes
      .toReversed()
      .map(({ at, action, target, by, revision, touches }): Cell[] => [
        formatTime(at),
        action === 'report' ? 'changed in the cluster' : action,
        touches ? toned('warn', target) : target,
        by,
        revision === null ? '–' : String(revision),
      ]),
    empty: 'Nothing changed through the platform or in the clusters.',
  };
}
