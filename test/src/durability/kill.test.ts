import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../e2e/until.ts';
import { World } from './world.ts';
import { Writer } from './writer.ts';

/** A longer run: `PORTOLAN_DURABILITY_ROUNDS=20 npx vitest run --project test src/durability`. */
const rounds = Number(process.env['PORTOLAN_DURABILITY_ROUNDS'] ?? 1);

const victims: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'its PostgreSQL': async ({ postgresPid }) => process.kill(postgresPid, 'SIGKILL'),
  'the platform with its PostgreSQL': ({ platform, postgresPid }) => {
    process.kill(postgresPid, 'SIGKILL');
    return platform.end('SIGKILL');
  },
  'the broker': ({ broker }) => broker.end('SIGKILL'),
  'the agent': ({ agent }) => agent.end('SIGKILL'),
  'all but PostgreSQL': (world) =>
    Promise.all([world.platform, world.broker, world.agent].map((part) => part.end('SIGKILL'))),
};
const cases = Array.from({ length: rounds }, () => Object.entries(victims)).flat();

let world: World;
const writers: Writer[] = [];

beforeAll(async () => {
  world = await World.start();
}, 60_000);
afterAll(() => world?.close(), 30_000);

const acknowledged = (writer: Writer, count: number) =>
  until(`${count} writes are acknowledged`, 20_000, async () => writer.acknowledged >= count);

it.each(cases)(
  'keeps what was acknowledged when %s is killed',
  async (_, kill) => {
    const writer = new Writer(world, `w${writers.length}`);
    writers.push(writer);
    writer.start();
    await acknowledged(writer, randomInt(5, 25));
    await kill(world);
    await world.revive();
    await acknowledged(writer, writer.acknowledged + 5);
    await writer.stop();

    expect(await writer.findLosses()).toEqual([]);
    await until('every key is decided as acknowledged', 10_000, async () => {
      const wrong = await writer.findMisjudgedKeys();
      if (wrong.length > 0) throw new Error(wrong.join(', '));
      return true;
    });
  },
  60_000,
);

it('holds it all after the last kill', async () => {
  for (const writer of writers) {
    expect(await writer.findLosses()).toEqual([]);
    expect(await writer.findMisjudgedKeys()).toEqual([]);
  }
});
