import { availableParallelism } from 'node:os';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { buildGoPeer, GoPeer, missingGo } from '../../interop/go-peer.ts';
import { cpuSeconds } from './cpu-time.ts';
import { delayLine } from './delay-line.ts';
import type { Exercise } from './exercises.ts';
import { makeCertificate, Worker } from './workers.ts';

/** One ratio: our lane's rate over another's, measured back to back in every round. */
interface Figure {
  readonly name: string;
  readonly what: Exercise;
  readonly streams: number;
  readonly ours: string;
  readonly theirs: string;
  /** Ours has one more stream, which nobody reads; the figure is what the others lose to it. */
  readonly isStuck?: boolean;
}

const FIGURES: readonly Figure[] = [
  { name: 'up_vs_ws', what: 'up', streams: 1, ours: 'tunnel', theirs: 'ws' },
  { name: 'down_vs_ws', what: 'down', streams: 1, ours: 'tunnel', theirs: 'ws' },
  { name: 'up100_vs_ws', what: 'up', streams: 100, ours: 'tunnel', theirs: 'ws' },
  { name: 'echo64_vs_ws', what: 'echo', streams: 64, ours: 'tunnel', theirs: 'ws' },
  // As brokers open streams for public connections; below as Node's Duplex, which agents hand to node:http.
  { name: 'opens_vs_libp2p', what: 'opens', streams: 1, ours: 'tunnel-lean', theirs: 'libp2p' },
  { name: 'opens_duplex_vs_libp2p', what: 'opens', streams: 1, ours: 'tunnel', theirs: 'libp2p' },
  { name: 'tls_up_vs_tls', what: 'up', streams: 1, ours: 'tunnel-tls', theirs: 'tls' },
  { name: 'slow_reader_cost', what: 'up', streams: 99, ours: 'tunnel', theirs: 'tunnel', isStuck: true },
  { name: 'up_vs_go_yamux', what: 'up', streams: 1, ours: 'tunnel', theirs: 'go' },
  { name: 'down_vs_go_yamux', what: 'down', streams: 1, ours: 'tunnel', theirs: 'go' },
  { name: 'echo64_vs_go_yamux', what: 'echo', streams: 64, ours: 'tunnel', theirs: 'go' },
];

/** What one measurement took: amounts per second, and CPU time of both ends per amount, which a busy machine distorts less. */
interface Cost {
  readonly rate: number;
  readonly cpuMs: number;
}

const IDLE_COUNT = 1_000;
const IDLE_WARM_UP = 100;

/** The optimizing compilers' scratch memory comes and goes by megabytes: as much as a thousand idle sessions. */
const COMPILERS_OFF = ['--no-opt', '--no-maglev'];

/** The tunnel's figures: multiplexer against its peers, then what has no bar. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const bench = await TunnelBench.start(options);
  try {
    return {
      ...(await bench.ratios()),
      ...(await bench.idleSessions()),
      reported: await bench.reported(),
      perCpuTime: bench.perCpuTime(),
      absolute: bench.absolute(),
      skipped: bench.skipped,
    };
  } finally {
    await bench.stop();
  }
}

class TunnelBench {
  readonly skipped: string[] = [];
  readonly #options: BenchOptions;
  readonly #certificate = makeCertificate();
  readonly #server: Worker;
  readonly #rates = new Map<string, number[]>();
  readonly #cpuRatios = new Map<string, number[]>();
  #client: Worker | undefined;
  #ports: Record<string, number> = {};
  #go: { server: GoPeer; client: GoPeer } | undefined;

  private constructor(options: BenchOptions) {
    this.#options = options;
    this.#server = this.#newServer();
  }

  static async start(options: BenchOptions): Promise<TunnelBench> {
    const bench = new TunnelBench(options);
    bench.#ports = await bench.#server.ready;
    bench.#client = await bench.#newClient(bench.#ports);
    await bench.#startGo();
    return bench;
  }

  /** Medians of paired ratios; the order within a pair alternates, the first round only warms up. */
  async ratios(): Promise<Record<string, number>> {
    const figures = FIGURES.filter(
      ({ name, theirs }) => this.#isWanted(name) && (theirs !== 'go' || this.#go),
    );
    const ratios = new Map<string, number[]>(figures.map(({ name }) => [name, []]));
    for (let round = 0; round <= this.#options.rounds; round++) {
      for (const figure of figures) {
        // A difference of a few hundredths drowns in the noise of single pairs: more of them, in both orders.
        const orders = figure.isStuck ? [true, false, false, true] : [round % 2 === 0];
        for (const oursFirst of orders) {
          const ratio = await this.#pair(figure, oursFirst, round === 0);
          if (round > 0) ratios.get(figure.name)?.push(ratio);
        }
      }
      this.#options.log(`round ${round} of ${this.#options.rounds}`);
    }
    return medians(ratios);
  }

  /** Memory of an idle session against an idle `ws` connection, in fresh processes that serve nothing else. */
  async idleSessions(): Promise<Record<string, number>> {
    if (!this.#isWanted('idle_session_vs_ws')) return {};
    const ratios: number[] = [];
    const rounds = Math.min(3, this.#options.rounds);
    for (let round = 0; round < rounds; round++) {
      const session = await this.#idleBytes('tunnel');
      const ws = await this.#idleBytes('ws');
      this.#note('idle_session_vs_ws tunnel KB', session / 1024);
      this.#note('idle_session_vs_ws ws KB', ws / 1024);
      ratios.push(session / ws);
    }
    return { idle_session_vs_ws: round3(median(ratios)) };
  }

  /** Figures without a bar: long paths, and sessions established per second. */
  async reported(): Promise<BenchReport> {
    if (!this.#isWanted('reported')) return {};
    const byRoundTrip: BenchReport = {};
    for (const rttMs of [20, 50, 100]) {
      const { port, server } = await delayLine(this.#ports['plain'] ?? 0, rttMs);
      const lane = `ws://127.0.0.1:${port}/tunnel`;
      await this.#rate(lane, 'up', 1, 1_500);
      const mbPerSecond = await this.#rate(lane, 'up', 1, 2_000);
      byRoundTrip[`${rttMs}ms`] = {
        mbPerSecond: round3(mbPerSecond),
        windowOverRtt: round3(16.78 / (rttMs / 1000)),
      };
      server.close();
    }
    const dial = async (url: string): Promise<number> =>
      Math.round((await this.#client?.ask({ do: 'dial', url, ms: 1_500 }))?.['value'] ?? 0);
    return {
      cores: await this.#cores(),
      upAtRoundTrip: byRoundTrip,
      sessionsPerSecond: await dial(`ws://127.0.0.1:${this.#ports['plain']}/tunnel`),
      tlsSessionsPerSecond: await dial(`wss://127.0.0.1:${this.#ports['secure']}/tunnel`),
    };
  }

  /** The ratios again, per CPU second of both ends: what they would be if all had the same share of a busy machine. */
  perCpuTime(): Record<string, number> {
    return medians(this.#cpuRatios);
  }

  absolute(): Record<string, number> {
    return medians(this.#rates);
  }

  async stop(): Promise<void> {
    this.#client?.stop();
    this.#server.stop();
    await this.#go?.client.stop();
    await this.#go?.server.stop();
    this.#certificate.remove();
  }

  /** A second broker process with its agent beside the first: what one session per core adds up to. */
  async #cores(): Promise<BenchReport> {
    const server = this.#newServer();
    const client = await this.#newClient(await server.ready);
    const task = { do: 'measure', lane: 'tunnel', what: 'up', streams: 1, ms: 1_000 } as const;
    const rateOf = async (worker: Worker | undefined): Promise<number> =>
      (await worker?.ask(task))?.['value'] ?? Number.NaN;
    try {
      await rateOf(client);
      const one = await rateOf(this.#client);
      const both = await Promise.all([rateOf(this.#client), rateOf(client)]);
      const mbPerSecond = { oneBroker: round3(one), twoBrokers: round3(both[0] + both[1]) };
      return { ...mbPerSecond, processors: availableParallelism() };
    } finally {
      client.stop();
      server.stop();
    }
  }

  #isWanted(name: string): boolean {
    return this.#options.only.length === 0 || this.#options.only.includes(name);
  }

  async #pair(figure: Figure, oursFirst: boolean, isWarmUp: boolean): Promise<number> {
    const { name, what, streams, ours, theirs, isStuck = false } = figure;
    const measureOurs = () => this.#measure(ours, what, streams, this.#options.ms, isStuck);
    const measureTheirs = () => this.#measure(theirs, what, streams, this.#options.ms);
    const first = await (oursFirst ? measureOurs() : measureTheirs());
    const second = await (oursFirst ? measureTheirs() : measureOurs());
    const [our, their] = oursFirst ? [first, second] : [second, first];
    if (!isWarmUp) {
      const unit = what === 'up' || what === 'down' ? 'CPU ms/MB' : 'CPU ms/operation';
      for (const [lane, cost] of [
        [isStuck ? 'with one stuck' : ours, our],
        [theirs, their],
      ] as const) {
        this.#note(`${name} ${lane}`, cost.rate);
        this.#note(`${name} ${lane} ${unit}`, cost.cpuMs);
      }
    }
    if (!isWarmUp) note(this.#cpuRatios, name, their.cpuMs / our.cpuMs);
    return isStuck ? 1 - our.rate / their.rate : our.rate / their.rate;
  }

  // eslint-disable-next-line max-params -- the coordinates of one measurement
  async #measure(lane: string, what: Exercise, streams: number, ms: number, stuck = false): Promise<Cost> {
    const processes =
      lane === 'go' ? [this.#go?.client.pid, this.#go?.server.pid] : [this.#client?.pid, this.#server.pid];
    const start = performance.now();
    const before = cpuSeconds(processes);
    const rate = await this.#rate(lane, what, streams, ms, stuck);
    const cpuMs = (cpuSeconds(processes) - before) * 1000;
    return { rate, cpuMs: cpuMs / ((rate * (performance.now() - start)) / 1000) };
  }

  // eslint-disable-next-line max-params -- the coordinates of one measurement
  async #rate(lane: string, what: Exercise, streams: number, ms: number, stuck = false): Promise<number> {
    if (lane === 'go') {
      return (await this.#go?.client.ask<{ rate: number }>(`${what} ${streams} ${ms}`))?.rate ?? Number.NaN;
    }
    return (
      (await this.#client?.ask({ do: 'measure', lane, what, streams, ms, stuck }))?.['value'] ?? Number.NaN
    );
  }

  async #idleBytes(lane: 'tunnel' | 'ws'): Promise<number> {
    const server = this.#newServer(COMPILERS_OFF);
    const ports = await server.ready;
    const client = await this.#newClient(ports);
    const url = `ws://127.0.0.1:${ports['plain']}`;
    try {
      await client.ask({ do: 'idle', lane, count: IDLE_WARM_UP, url });
      const before = (await server.ask({ rss: true }))['rss'] ?? 0;
      await client.ask({ do: 'idle', lane, count: IDLE_COUNT, url });
      const after = (await server.ask({ rss: true }))['rss'] ?? 0;
      return (after - before) / IDLE_COUNT;
    } finally {
      client.stop();
      server.stop();
    }
  }

  #newServer(execArgv: string[] = []): Worker {
    return new Worker('server.ts', [this.#certificate.cert, this.#certificate.key], execArgv);
  }

  async #newClient(ports: Record<string, number>): Promise<Worker> {
    const client = new Worker('client.ts', [JSON.stringify(ports), this.#certificate.cert]);
    await client.ready;
    return client;
  }

  async #startGo(): Promise<void> {
    if (!FIGURES.some(({ name, theirs }) => theirs === 'go' && this.#isWanted(name))) return;
    const missing = missingGo();
    if (missing) {
      this.skipped.push(`hashicorp/yamux: ${missing}`);
      return;
    }
    await buildGoPeer();
    const window = String(1024 * 1024);
    const server = new GoPeer(['-role', 'server', '-do', 'bench', '-window', window]);
    const { port } = await server.answer<{ port: number }>();
    const url = `ws://127.0.0.1:${port}/`;
    const client = new GoPeer(['-role', 'client', '-do', 'bench', '-url', url, '-window', window]);
    await client.answer();
    this.#go = { server, client };
  }

  #note(name: string, value: number): void {
    note(this.#rates, name, value);
  }
}

function note(series: Map<string, number[]>, name: string, value: number): void {
  const values = series.get(name) ?? [];
  values.push(value);
  series.set(name, values);
}

function medians(series: ReadonlyMap<string, number[]>): Record<string, number> {
  return Object.fromEntries([...series].map(([name, values]) => [name, round3(median(values))]));
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? high)) / 2;
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
