import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { startUsersServer } from './server.ts';
import { startTerminal } from './terminal.ts';

const MOVES = 60;
const IDLE_MS = 5_000;

interface Figures {
  readonly firstFrameMs: number;
  readonly moveP50Ms: number;
  readonly moveP95Ms: number;
  readonly moveBytes: number;
  readonly filterKeyMs: number;
  readonly rssMb: number;
  readonly idleCpuPercent: number;
}

/** The terminal UI as a person has it: start, cursor moves and filter keys over many rows, memory, rest. */
export async function run({ rounds, log }: BenchOptions): Promise<BenchReport> {
  const stateDir = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
  try {
    // The first start bundles; it is no part of the figures.
    await measure(10, stateDir);
    const [large, small]: [Figures[], Figures[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      large.push(await measure(10_000, stateDir));
      small.push(await measure(100, stateDir));
      log(`round ${round + 1} of ${rounds}: 10,000 rows move in ${large.at(-1)?.moveP50Ms.toFixed(1)} ms`);
    }
    const [many, few] = [medians(large), medians(small)];
    return {
      moveRatio10000To100: round(many.moveP50Ms / few.moveP50Ms),
      firstFrameMs: many.firstFrameMs,
      moveP50Ms: many.moveP50Ms,
      moveP95Ms: many.moveP95Ms,
      moveBytes: many.moveBytes,
      filterKeyMs: many.filterKeyMs,
      rssMb: many.rssMb,
      idleCpuPercent: many.idleCpuPercent,
      rows100: few,
      budgets: {
        firstFrameMs: 250,
        moveP50Ms: 10,
        moveP95Ms: 25,
        moveBytes: 300,
        filterKeyMs: 16,
        rssMb: 180,
        idleCpuPercent: 1,
        moveRatio10000To100: 1.2,
      },
    };
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function measure(rows: number, stateDir: string): Promise<Figures> {
  const server = await startUsersServer(rows);
  const terminal = await startTerminal(server.url, 'users', stateDir);
  try {
    await terminal.waitFor(`${rows} of ${rows}`);
    await terminal.waitFor('live');
    const moves = [];
    for (let at = 0; at < MOVES; at += 1) {
      // Down and up within one screen: nothing scrolls, as the budget for bytes has it.
      moves.push(await terminal.press(at % 20 < 10 ? 'j' : 'k'));
      await delay(20);
    }
    const before = await terminal.usage();
    await delay(IDLE_MS);
    const after = await terminal.usage();
    await terminal.press('/');
    const filter = [];
    for (const key of 'user0001') {
      filter.push((await terminal.press(key)).ms);
      await delay(50);
    }
    const times = moves.map(({ ms }) => ms);
    return {
      firstFrameMs: round(terminal.firstFrameMs),
      moveP50Ms: round(quantile(times, 0.5)),
      moveP95Ms: round(quantile(times, 0.95)),
      moveBytes: quantile(
        moves.map(({ bytes }) => bytes),
        0.5,
      ),
      filterKeyMs: round(quantile(filter, 0.5)),
      rssMb: round(after.rssMb),
      idleCpuPercent: round(((after.cpuSeconds - before.cpuSeconds) / (IDLE_MS / 1000)) * 100),
    };
  } finally {
    await terminal.close();
    server.close();
  }
}

function medians(all: readonly Figures[]): Figures {
  const of = (pick: (one: Figures) => number) => round(quantile(all.map(pick), 0.5));
  return {
    firstFrameMs: of((one) => one.firstFrameMs),
    moveP50Ms: of((one) => one.moveP50Ms),
    moveP95Ms: of((one) => one.moveP95Ms),
    moveBytes: of((one) => one.moveBytes),
    filterKeyMs: of((one) => one.filterKeyMs),
    rssMb: of((one) => one.rssMb),
    idleCpuPercent: of((one) => one.idleCpuPercent),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
