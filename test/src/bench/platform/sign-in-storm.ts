import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { signIn } from '@portolan/contract/sessions';
import { listUsers } from '@portolan/contract/users';
import type { BenchOptions, BenchReport } from '../bench.ts';
import type { BenchSystem } from './bench-system.ts';
import { median, percentile, rounded, timed } from './statistics.ts';

const ATTACKERS = 16;
const OTHERS = 2;
const MEASURE_MS_MIN = 3000;

/** Other requests' p99 while wrong passwords pour in from many addresses, as against in peace; in turns. */
export async function measureSignInStorm(system: BenchSystem, options: BenchOptions): Promise<BenchReport> {
  const ms = Math.max(options.ms, MEASURE_MS_MIN);
  await measureOthers(system, ms);
  const rounds: { quiet: number; stormy: number }[] = [];
  let attempts = 0;
  for (let round = 0; round < options.rounds; round += 1) {
    const quiet = await measureOthers(system, ms);
    const storm = new Storm(system, round);
    const stormy = await measureOthers(system, ms);
    attempts += await storm.end();
    options.log(
      `storm, round ${round + 1}: p99 ${rounded(quiet)} ms in peace, ${rounded(stormy)} ms in the storm`,
    );
    rounds.push({ quiet, stormy });
  }
  return {
    signin_storm_p99_ratio: rounded(median(rounds.map(({ quiet, stormy }) => stormy / quiet))),
    signin_quiet_p99_ms: rounded(median(rounds.map(({ quiet }) => quiet))),
    signin_storm_p99_ms: rounded(median(rounds.map(({ stormy }) => stormy))),
    signin_storm_attempts_per_s: Math.round(attempts / ((options.rounds * ms) / 1000)),
  };
}

async function measureOthers({ running }: BenchSystem, ms: number): Promise<number> {
  const { client, ready } = running;
  const params = { workspace: ready.workspace };
  const deadline = performance.now() + ms;
  const times: number[] = [];
  const other = async () => {
    while (performance.now() < deadline)
      times.push(await timed(() => client.call(listUsers, { params, query: { limit: 20 } })));
  };
  await Promise.all(Array.from({ length: OTHERS }, other));
  return percentile(times, 99);
}

/** Attackers who try one password after the other, each from an address of its own (127.0.0.0/8 is all ours). */
class Storm {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #running: Promise<unknown>;
  #attempts = 0;
  #isOver = false;

  constructor(system: BenchSystem, round: number) {
    const { platform, adminEmail } = system.running.ready;
    const url = new URL(signIn.path, platform);
    this.#running = Promise.all(
      Array.from({ length: ATTACKERS }, async (_, attacker) => {
        for (let number = 0; !this.#isOver; number += 1) {
          const email = number % 2 === 0 ? adminEmail : `guess-${round}-${attacker}-${number}@example.com`;
          await this.#attempt(url, `127.0.${round + 1}.${attacker + 1}`, email);
          this.#attempts += 1;
        }
      }),
    );
  }

  async end(): Promise<number> {
    this.#isOver = true;
    await this.#running;
    this.#agent.destroy();
    return this.#attempts;
  }

  async #attempt(url: URL, localAddress: string, email: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const attempt = request(url, { method: 'POST', agent: this.#agent, localAddress, headers });
    attempt.end(JSON.stringify({ email, password: 'wrong' }));
    const [response] = await once(attempt, 'response');
    response.resume();
    if (response.statusCode < 400) throw new Error('a wrong password opened a session');
    await once(response, 'end');
  }
}
