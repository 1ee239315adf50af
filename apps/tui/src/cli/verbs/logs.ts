import { listLogs, type LogEntry } from '@portolan/contract/telemetry';
import { formatTime, toneOf } from '@portolan/console/kinds/format';
import type { Session } from '@portolan/console/kinds/kind';
import { watchTopics } from '@portolan/console/live/watch-topics';
import { safeText } from '@portolan/console/safe-text';
import { connect } from '../connect.ts';
import { clusterFlag, platformFlags } from '../flags.ts';
import { print, printData, tell, type Io } from '../../terminal/io.ts';
import { oneWord } from '../read-words.ts';
import { endOfCommand } from '../end-of-command.ts';
import { plainTheme } from '../plain-theme.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Arguments, Verb } from '../verb.ts';
import { usageFailure } from '@portolan/console/failure';
import { findKind } from '../find-kind.ts';
import { findOnly } from '../find-rows.ts';

const LEVELS = ['info', 'warn', 'error', 'fatal'] as const;
const TAIL_DEFAULT = 200;

export const logsVerb: Verb = {
  usage: '[CLUSTER]',
  details: 'Log entries of agents from the last 24 hours, oldest first.',
  examples: ['portolan logs', 'portolan logs prod-eu --since 1h --level error', 'portolan logs -f'],
  complete: [{ of: 'clusters' }],
  flags: {
    follow: { type: 'boolean', short: 'f', help: 'keep printing new entries' },
    since: { type: 'string', value: 'TIME', help: 'only entries newer than this, such as 10m or 2h' },
    tail: {
      type: 'string',
      value: 'N',
      help: `number of last entries; ${TAIL_DEFAULT} by default, -1 for all`,
    },
    level: {
      type: 'string',
      value: 'LEVEL',
      choices: LEVELS,
      help: `minimum level: ${LEVELS.join(', ')}`,
    },
    filter: {
      type: 'string',
      value: 'FILTER',
      help: 'only matching entries, such as "event=openapi.failed"',
    },
    ...clusterFlag,
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json'],
      help: 'text, or json: one entry a line',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const cluster =
      args.text('cluster') ??
      (args.words.length === 0 ? undefined : oneWord(args, 'cluster', 'portolan logs [CLUSTER]'));
    const filter = filterOf(args, cluster);
    const tail = tailOf(args);
    const session = await connect(args, io);
    if (cluster !== undefined) await findOnly(session, findKind('cluster'), { name: cluster, place: {} });
    const seen = new Set<string>();
    const show = (entries: readonly LogEntry[]) => {
      for (const entry of entries.toReversed()) {
        if (seen.has(entry.id)) continue;
        seen.add(entry.id);
        if (args.text('output') === 'json') printData(io, JSON.stringify(entry));
        else print(io, lineOf(io, entry));
      }
    };
    const stop = args.has('follow') ? endOfCommand() : null;
    const entries = await read(session, filter, tail);
    show(entries);
    // What was left out of the tail is older than its first entry, and stays out.
    const from = entries.at(-1)?.time ?? new Date().toISOString();
    if (stop === null) {
      if (entries.length === 0) tell(io, 'No log entries match.');
      return 0;
    }
    for await (const message of watchTopics(session, ['logs'], { signal: stop })) {
      if (message.type === 'lost') tell(io, `portolan: ${message.reason} Retrying.`);
      else show((await read(session, filter, TAIL_DEFAULT)).filter(({ time }) => time >= from));
    }
    return 0;
  },
};

function filterOf(args: Arguments, cluster: string | undefined): string {
  const since = args.text('since');
  const level = LEVELS.findIndex((one) => one === args.text('level'));
  return [
    args.text('filter'),
    cluster === undefined ? undefined : `cluster="${cluster}"`,
    since === undefined ? undefined : `time>now-${readSeconds(since, 'since', 's')}s`,
    level < 0 ? undefined : `level=${LEVELS.slice(level).join(',')}`,
  ]
    .filter((term) => term !== undefined)
    .join(' ');
}

function tailOf(args: Arguments): number {
  const text = args.text('tail') ?? String(TAIL_DEFAULT);
  const tail = Number(text);
  if (text === '-1') return Number.POSITIVE_INFINITY;
  if (Number.isInteger(tail) && tail >= 0) return tail;
  throw usageFailure(`--tail cannot be "${text}".`, 'Use a whole number, or -1 for all.');
}

/** Returns at most so many entries, newest first. */
async function read(
  { client, workspace }: Session,
  filter: string,
  most: number,
): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && entries.length < most) {
    const page = await client.call(listLogs, {
      params: { workspace },
      query: {
        sort: '-time',
        limit: Math.min(500, most - entries.length),
        ...(filter === '' ? {} : { filter }),
        ...(cursor === undefined ? {} : { cursor }),
      },
    });
    entries.push(...page.items);
    cursor = page.next;
  }
  return entries;
}

function lineOf(io: Io, { time, level, cluster, event, message, fields }: LogEntry): string {
  const theme = plainTheme(io);
  const more = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = `${formatTime(time)}  ${theme.paint(toneOf(level), level.padEnd(5))}`;
  return `${head}  ${safeText([cluster, event, message, ...more].join('  '))}`;
}
