import { quoted } from '@portolan/console/kinds/traces';
import { z } from 'zod';

/** Levels by how bad they are; choosing one includes those that are worse. */
const LEVELS = ['info', 'warn', 'error', 'fatal'] as const;

/** What the address of the page holds. */
export const logSearch = z.object({
  level: z.enum(LEVELS).catch('info'),
  part: z.string().max(60).catch(''),
  cluster: z.string().max(200).catch(''),
  /** In the grammar of filters, as in the address of every list. */
  q: z.string().max(500).catch(''),
});
export type LogSearch = z.output<typeof logSearch>;

/** Returns the filter of the list of logs that a selection stands for. */
export function logFilter({ level, part, cluster, q }: LogSearch): string {
  const worse = LEVELS.slice(LEVELS.indexOf(level));
  return [
    ...(level === 'info' ? [] : [`level=${worse.join(',')}`]),
    ...(part === '' ? [] : [`event:${quoted(`${part}.`)}`]),
    ...(cluster === '' ? [] : [`cluster=${quoted(cluster)}`]),
    ...(q.trim() === '' ? [] : [q.trim()]),
  ].join(' ');
}

/** Returns the part of the agent that logged an event: `gateway` of `gateway.fault`. */
export function partOf(event: string): string {
  return event.split('.')[0] ?? event;
}
