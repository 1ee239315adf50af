import { missingGateways } from '@portolan/console/kinds/requests';
import { formatMs, formatNumber, formatTime } from '@portolan/console/kinds/format';
import type { Session } from '@portolan/console/kinds/kind';
import { quoted } from '@portolan/console/kinds/traces';
import { usageFailure } from '@portolan/console/failure';
import { safeText } from '@portolan/console/safe-text';
import type { Tone } from '@portolan/console/tone';
import { createClient } from '@portolan/contract/client';
import {
  listRequests,
  tailMessage,
  tailRequests,
  type ServedRequest,
  type TailMessage,
} from '@portolan/contract/requests';
import { readJsonLines } from '@portolan/process/json-lines';
import { print, printData, tell, type Io } from '../../terminal/io.ts';
import { connect } from '../connect.ts';
import { clusterFlag, platformFlags } from '../flags.ts';
import { noWords } from '../read-words.ts';
import { endOfCommand } from '../end-of-command.ts';
import { plainTheme } from '../plain-theme.ts';
import type { Arguments, Verb } from '../verb.ts';

const TAIL_DEFAULT = 50;
const LINE_CHARS_MAX = 1_000_000;

/** Flags that are terms of the filter. */
const FIELD_FLAGS = ['api', 'operation', 'user', 'key', 'application', 'method', 'path'] as const;

export const logRequestsVerb: Verb = {
  usage: '',
  details:
    'Requests as gateways served them: the last thousand of each, and of 24 hours the slowest and the first failing ones of each\noperation and minute. They are kept in the memory of the gateways and read from there. -f follows new ones for up to 10 minutes.',
  examples: [
    'portolan logs requests -f --api flights --status 4xx',
    'portolan logs requests --slowest --api flights',
    'portolan logs requests --failing --user ada@example.com',
    'portolan logs requests -f --slower-than 500ms --sample 10',
    'portolan logs requests --filter id=4bf92f3577b34da6a3ce929d0e0e4736',
  ],
  flags: {
    follow: { type: 'boolean', short: 'f', help: 'print requests as they are served' },
    api: { type: 'string', value: 'API', complete: { of: 'apis' }, help: 'only requests to this API' },
    operation: {
      type: 'string',
      value: 'OPERATION',
      help: 'only this operation, such as "GET /flights/{id}"',
    },
    status: {
      type: 'string',
      value: 'STATUS',
      complete: ['2xx', '3xx', '4xx', '5xx'],
      help: 'only these statuses: a class such as 4xx, or 404,503',
    },
    user: { type: 'string', value: 'USER', complete: { of: 'users' }, help: 'only requests of this user' },
    application: { type: 'string', value: 'ID', help: 'only requests of this application' },
    key: { type: 'string', value: 'ID', help: 'only requests with this API key, by its ID' },
    method: { type: 'string', value: 'METHOD', help: 'only this method' },
    path: { type: 'string', value: 'PATH', help: 'only this path' },
    'slower-than': { type: 'string', value: 'TIME', help: 'only slower requests, such as 500ms or 2s' },
    filter: {
      type: 'string',
      value: 'FILTER',
      help: 'only matching requests, such as "reason=rate-limited"',
    },
    slowest: { type: 'boolean', help: 'the slowest first' },
    failing: { type: 'boolean', help: 'only requests with status 400 and above' },
    sample: { type: 'string', value: 'N', help: 'with -f, print one of N matching requests' },
    tail: { type: 'string', value: 'N', help: `number of requests; ${TAIL_DEFAULT} by default, up to 500` },
    ...clusterFlag,
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json'],
      help: 'text, or json: one request a line',
    },
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan logs requests [-f]');
    const filter = filterOf(args);
    if (args.has('follow') && args.has('slowest'))
      throw usageFailure('--slowest looks back and -f forward.', 'Use --slower-than with -f.');
    const count = wholeNumber(args, 'tail', TAIL_DEFAULT);
    const sample = wholeNumber(args, 'sample', 1);
    const session = await connect(args, io);
    if (args.has('follow')) return follow(session, io, { args, filter, sample });
    return list(session, io, { args, filter, count });
  },
};

interface Listing {
  readonly args: Arguments;
  readonly filter: string;
  readonly count: number;
}

async function list(
  { client, workspace }: Session,
  io: Io,
  { args, filter, count }: Listing,
): Promise<number> {
  const cluster = args.text('cluster');
  const { items, gateways } = await client.call(listRequests, {
    params: { workspace },
    query: {
      sort: args.has('slowest') ? '-duration' : '-time',
      limit: Math.min(500, count),
      ...(filter === '' ? {} : { filter }),
      ...(cluster === undefined ? {} : { cluster }),
    },
  });
  for (const request of args.has('slowest') ? items : items.toReversed()) show(io, args, request);
  if (items.length === 0) tell(io, 'No requests match.');
  const missing = missingGateways(gateways);
  if (missing !== null) tell(io, `portolan: ${missing}.`);
  return 0;
}

interface Following {
  readonly args: Arguments;
  readonly filter: string;
  readonly sample: number;
}

async function follow(
  { client, workspace }: Session,
  io: Io,
  { args, filter, sample }: Following,
): Promise<number> {
  const cluster = args.text('cluster');
  const stop = endOfCommand();
  const query = {
    sample,
    ...(filter === '' ? {} : { filter }),
    ...(cluster === undefined ? {} : { cluster }),
  };
  try {
    // Without the bound on requests that end: a tail goes on for minutes.
    const { fetch: _, ...untimed } = client.options;
    const body = await createClient(untimed).open(tailRequests, { params: { workspace }, query }, stop);
    for await (const message of readJsonLines(body, (value) => tailMessage.safeParse(value), LINE_CHARS_MAX))
      // Kinds of messages that are not known are of later versions.
      if (message.success) showMessage(io, args, message.data);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  return 0;
}

function showMessage(io: Io, args: Arguments, message: TailMessage): void {
  switch (message.type) {
    case 'request':
      show(io, args, message.request);
      return;
    case 'dropped':
      tell(io, `portolan: ${formatNumber(message.count)} more matched and are not shown.`);
      return;
    case 'gateways': {
      const taking = message.gateways.filter(({ state }) => state === 'taking-part');
      const missing = missingGateways(message.gateways);
      if (missing !== null) tell(io, `portolan: ${missing}.`);
      else if (taking.length === message.gateways.length)
        tell(
          io,
          `portolan: following ${taking.map(({ gateway, cluster }) => `${gateway} in ${cluster}`).join(', ')}.`,
        );
      return;
    }
    case 'end':
      tell(io, `portolan: ${message.reason}`);
      return;
    case 'idle':
  }
}

function show(io: Io, args: Arguments, request: ServedRequest): void {
  if (args.text('output') === 'json') printData(io, JSON.stringify(request));
  else print(io, lineOf(io, request));
}

function lineOf(io: Io, request: ServedRequest): string {
  const { time, status, method, path, durationMs, upstreamMs, email, user, key, reason, id } = request;
  const theme = plainTheme(io);
  const took =
    upstreamMs === null ? formatMs(durationMs) : `${formatMs(durationMs)} (upstream ${formatMs(upstreamMs)})`;
  const more = [email ?? user, key, reason, `${request.cluster}/${request.gateway}`, id].filter(
    (text) => text !== null,
  );
  const head = `${formatTime(time)}  ${theme.paint(toneOf(status), String(status))}`;
  return `${head}  ${safeText([`${method} ${path}`, took, ...more].join('  '))}`;
}

function toneOf(status: number): Tone {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'ok';
}

function filterOf(args: Arguments): string {
  const slower = args.text('slower-than');
  const fields = FIELD_FLAGS.flatMap((flag) => {
    const text = args.text(flag);
    return text === undefined ? [] : [`${flag}=${quoted(text)}`];
  });
  return [
    ...fields,
    ...statusTerms(args.text('status')),
    ...(args.has('failing') ? ['status>=400'] : []),
    ...(slower === undefined ? [] : [`duration>${durationOf(slower)}`]),
    ...(args.text('filter') === undefined ? [] : [args.text('filter') ?? '']),
  ].join(' ');
}

function statusTerms(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const [, digit] = /^([1-5])xx$/i.exec(text) ?? [];
  if (digit !== undefined) return [`status>=${digit}00`, `status<${Number(digit) + 1}00`];
  if (/^[1-9]\d\d(?:,[1-9]\d\d)*$/.test(text)) return [`status=${text}`];
  throw usageFailure(
    `--status cannot be "${text}".`,
    'Use a class such as 4xx, or statuses such as 404,503.',
  );
}

function durationOf(text: string): string {
  if (/^\d+(?:\.\d+)?(?:ms|s|m)$/.test(text)) return text;
  throw usageFailure(`--slower-than cannot be "${text}".`, 'Use a time such as 500ms or 2s.');
}

function wholeNumber(args: Arguments, flag: string, otherwise: number): number {
  const text = args.text(flag);
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw usageFailure(`--${flag} cannot be "${text}".`, 'Use a whole number above 0.');
}
