import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { updateUser, listUsers } from '@portolan/contract/users';
import type { Browser, BrowserContext } from 'playwright-core';
import type { ConsoleSystem } from '../../console/console-system.ts';
import { rounded } from './rounded.ts';

export const CONSOLES = 50;
const MEASURED_MS = 20_000;
const CHANGE_EVERY_MS = 2_000;
/** Unit of processor times in /proc/PID/stat: USER_HZ, 100 on Linux (proc(5)). */
const TICK_MS = 10;

/**
 * Returns the processor time of the platform, in percent of one core, with no console and with fifty that show their start page,
 * while a user changes every two seconds. Each console is a profile of its own, as fifty people would have.
 */
export async function measureManyConsoles(browser: Browser, signedIn: BrowserContext, system: ConsoleSystem) {
  const state = await signedIn.storageState();
  const none = await platformCpu(system);
  const contexts: BrowserContext[] = [];
  for (let at = 0; at < CONSOLES; at += 1) {
    const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${system.ready.platform}/w/default`);
    await page.getByRole('button', { name: 'Live updates: Live' }).waitFor();
  }
  const fifty = await platformCpu(system);
  await Promise.all(contexts.map((context) => context.close()));
  return { cpuWithoutConsoles: none, cpuWithConsoles: fifty, cpuMore: rounded(fifty - none) };
}

async function platformCpu({ ready, client }: ConsoleSystem): Promise<number> {
  const params = { workspace: 'default' };
  const { items } = await client.call(listUsers, { params, query: { limit: 1 } });
  const user = items[0]?.id ?? '';
  const [ticks, startedAt] = [ticksOf(ready.pids.platform), performance.now()];
  for (let change = 0; performance.now() - startedAt < MEASURED_MS; change += 1) {
    const body = { company: `company ${change}` };
    await client.call(updateUser, { params: { ...params, user }, body });
    await wait(CHANGE_EVERY_MS);
  }
  const ms = (ticksOf(ready.pids.platform) - ticks) * TICK_MS;
  return rounded((ms / (performance.now() - startedAt)) * 100);
}

/** Returns the processor time that a process has used: utime and stime, the fields after its name (proc(5)). */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
