import { listLogs, type LogEntry } from '@portolan/contract/telemetry';
import { formatTime, toneOf } from '@portolan/console/kinds/format';
import type { Session } from '@portolan/console/kinds/kind';
import { watchTopics } from '@portolan/console/live/events';
import { safeText } from '@portolan/console/safe-text';
import { connect } from '../connect.ts';
import { clusterFlag, platformFlags } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { oneWord } from '../read-words.ts';
import { endOfCommand } from '../signals.ts';
import { plainTheme } from '../terminal.ts';
import { readSeconds } from '../times.ts';
import type { Arguments, Verb } from '../verb.ts';
import { usageFailure } from '@portolan/console/failure';

const LEVELS = ['info', 'warn', 'error', 'fatal'] as const;
const TAIL_DEFAULT = 200;

export const logsVerb: Verb = {
  usage: '[CLUSTER]',
  details: 'What the agents of the last 24 hours reported, oldest first.',
  examples: ['portolan logs', 'portolan logs prod-eu --since 1h --level error', 'portolan logs -f'],
  complete: [{ of: 'clusters' }],
  flags: {
    follow: { type: 'boolean', short: 'f', help: 'go on with what comes' },
    since: { type: 'string', value: 'TIME', help: 'only what is younger, such as 10m or 2h' },
    tail: { type: 'string', value: 'N', help: `the last so many; ${TAIL_DEFAULT} when absent, -1 for all` },
    level: {
      type: 'string',
      value: 'LEVEL',
      choices: LEVELS,
      help: `at least this bad: ${LEVELS.join(', ')}`,
    },
    filter: { type: 'string', value: 'FILTER', help: 'only what matches, e.g. "event=openapi.failed"' },
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
    const seen = new Set<string>();
    const show = (entries: readonly LogEntry[]) => {
      for (const entry of entries.toReversed()) {
        if (seen.has(entry.id)) continue;
        seen.add(entry.id);
        print(io, args.text('output') === 'json' ? JSON.stringify(entry) : lineOf(io, entry));
      }
    };
    const stop = args.has('follow') ? endOfCommand() : null;
    const entries = await read(session, filter, tail);
    show(entries);
    if (stop === null) {
      if (entries.length === 0) tell(io, 'No log entry matches.');
      return 0;
    }
    for await (const message of watchTopics(session, ['logs'], { signal: stop })) {
      if (message.type === 'lost') tell(io, `portolan: ${message.reason} It is tried again.`);
      else show(await read(session, filter, TAIL_DEFAULT));
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
  throw usageFailure(`--tail cannot be "${text}".`, 'Give a whole number, or -1 for all.');
}

/** Newest first, as many as wanted. */
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
