import { readFileSync } from 'node:fs';
import { descendantsOf } from '../../durability/processes.ts';

/** Parts of a local system by words of their command lines. */
const PARTS = {
  agent: /portolan-agent/,
  platform: /portolan-platform\S* platform/,
  broker: /portolan-platform\S* broker/,
  postgres: /^postgres:|\/bin\/postgres |portolan-postgres/,
  example: /examples.dist/,
} as const;

/** Megabytes of a local system: of each part, of the largest broker, and of all processes together. */
export type Footprint = Record<keyof typeof PARTS | 'launcher' | 'whole', number>;

/**
 * Returns the memory of a local system below its launcher, by proportional set size: what processes share is divided among them
 * (`smaps_rollup`, proc(5); Linux only).
 */
export function footprintOf(launcher: number): Footprint {
  const processes = descendantsOf(launcher).map(({ pid, command }) => ({ command, mb: pssMb(pid) }));
  const of = (part: keyof typeof PARTS) =>
    processes.filter(({ command }) => PARTS[part].test(command)).map(({ mb }) => mb);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const own = pssMb(launcher);
  return {
    agent: sum(of('agent')),
    platform: sum(of('platform')),
    broker: Math.max(...of('broker')),
    postgres: sum(of('postgres')),
    example: sum(of('example')),
    launcher: own,
    whole: own + sum(processes.map(({ mb }) => mb)),
  };
}

function pssMb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it ended meanwhile
  }
}
