import { dictionary } from '@portolan/contract/dictionary';
import type { ObjectOwner } from '@portolan/contract/resources';
import { parseKey } from '@portolan/resources/kinds/object';
import type { Tone } from '../tone.ts';

const UNITS: readonly (readonly [number, string])[] = [
  [365 * 86_400, 'y'],
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
];

/** Time since a moment, in its largest unit: `4d`. */
export function formatAge(time: string | null, now: number): string {
  if (time === null) return '–';
  return formatSeconds(Math.max(0, (now - Date.parse(time)) / 1000));
}

interface Seen {
  readonly state: string;
  readonly lastSeenAt: string | null;
}

const OFFLINE: readonly string[] = ['down', 'disconnected', 'never-connected'];

/** Returns `now` while connected: heartbeats do not make a list read again, so the time of the last one would look stale. */
export function formatSeen({ state, lastSeenAt }: Seen, now: number): string {
  return OFFLINE.includes(state) ? formatAge(lastSeenAt, now) : 'now';
}

/** As `formatSeen`, with the time: `2026-12-01 01:30:05 (2m ago)`. */
export function formatLastSeen(seen: Seen, now: number): string {
  if (!OFFLINE.includes(seen.state)) return 'now';
  const { lastSeenAt } = seen;
  return lastSeenAt === null ? 'never' : `${formatTime(lastSeenAt)} (${formatAge(lastSeenAt, now)} ago)`;
}

/** Time until a moment; what has passed reads `expired`. */
export function formatUntil(time: string | null, now: number): string {
  if (time === null) return 'never';
  const seconds = (Date.parse(time) - now) / 1000;
  return seconds <= 0 ? 'expired' : `in ${formatSeconds(seconds, Math.round)}`;
}

function formatSeconds(seconds: number, round = Math.floor): string {
  for (const [size, unit] of UNITS) {
    // What rounds up to a whole unit is one: 29 days and 23 hours are 30 days.
    if (round(seconds / size) >= 1 && seconds >= size * 0.99) return `${round(seconds / size)}${unit}`;
  }
  return '0s';
}

/** `0.02`, `3.4`, `312`, `12.4k`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 1e9) return `${(value / 1e9).toFixed(1)}G`;
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (Math.abs(value) >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value.toFixed(Math.abs(value) < 1 ? 2 : 1);
}

export function formatBytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

export function formatMs(value: number | null): string {
  if (value === null) return '–';
  return value < 10 ? `${value.toFixed(1)}ms` : `${Math.round(value)}ms`;
}

/** Local date and time to the second. */
export function formatTime(time: string | null): string {
  if (time === null) return '–';
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `1 user`, `3 users`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Returns the singular of a kind as sentences write it: `API`, `password link`. */
export function inText(singular: string): string {
  return singular === 'api' ? 'API' : singular.replaceAll('-', ' ');
}

/** An object by its key: `API airline/flights`. */
export function formatObject(key: string): string {
  const id = parseKey(key);
  if (id === null) return key;
  return `${id.kind} ${id.namespace === '' ? '' : `${id.namespace}/`}${id.name}`;
}

/** Who may change an object, in a few words. */
export function formatOwner(owner: ObjectOwner): string {
  if (owner.kind === 'file') return `file ${owner.file}:${owner.line}`;
  if (owner.kind === 'gitops') return `${owner.tool} application ${owner.application}`;
  return owner.kind;
}

const TONES = dictionary<Tone>({
  synced: 'ok',
  live: 'ok',
  connected: 'ok',
  'in-sync': 'ok',
  ok: 'ok',
  resolved: 'ok',
  succeeded: 'ok',
  failed: 'bad',
  behind: 'warn',
  firing: 'bad',
  critical: 'bad',
  unknown: 'warn',
  active: 'ok',
  pending: 'warn',
  draining: 'warn',
  degraded: 'warn',
  suspended: 'warn',
  warning: 'warn',
  warn: 'warn',
  disabled: 'warn',
  'never-connected': 'dim',
  info: 'dim',
  expired: 'bad',
  refused: 'bad',
  down: 'bad',
  disconnected: 'bad',
  error: 'bad',
  fatal: 'bad',
});

/** The tone of a state word, whatever kind it belongs to. */
export function toneOf(state: string): Tone {
  return TONES[state] ?? 'plain';
}
