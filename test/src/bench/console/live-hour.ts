import { listUsers, updateUser } from '@portolan/contract/users';
import type { Page } from 'playwright-core';
import type { ConsoleSystem } from '../../console/console-system.ts';
import { rounded } from './rounded.ts';

const HOUR_S = 3_600;
/** Seconds of the page's clock between two changes. */
const STEP_S = 20;
/**
 * Part of the hour after which everything that stays is there. Until then V8 compiles what runs often: snapshots of the heap show
 * machine code as what grows, and no objects.
 */
const WARM_S = 1_800;
const BOUND_MS = 60_000;

/**
 * Returns the heap of a page that shows a list, after an hour in which a user changed every twenty seconds, as against its heap
 * after half of it. The hour is that of the page's clock; every change is real, and read again by the page.
 */
export async function measureLiveHour(page: Page, { ready, client }: ConsoleSystem) {
  const params = { workspace: 'default' };
  const { items } = await client.call(listUsers, { params, query: { limit: 1, sort: 'email' } });
  const [user] = items;
  if (user === undefined) throw new Error('there is no user to be changed');
  await page.clock.install();
  await page.goto(`${ready.platform}/w/default/users?sort=email&cols=email,company`);
  await page.getByRole('gridcell', { name: user.email, exact: true }).waitFor();
  while ((await page.getByRole('button', { name: 'Live updates: Live' }).count()) === 0)
    await page.clock.runFor(200);
  let warm = 0;
  for (let second = 0; second < HOUR_S; second += STEP_S) {
    const company = `company ${second}`;
    await client.call(updateUser, { params: { ...params, user: user.id }, body: { company } });
    const cell = page.getByRole('gridcell', { name: company, exact: true });
    // Live updates are gathered for some time of the page's clock before the list is read.
    const deadline = performance.now() + BOUND_MS;
    while ((await cell.count()) === 0) {
      if (performance.now() > deadline) throw new Error(`change ${second} did not reach the page`);
      await page.clock.runFor(200);
    }
    await page.clock.fastForward(STEP_S * 1000);
    if (second === WARM_S) warm = await heapOf(page);
  }
  return { heapWarmMb: rounded(warm / 1e6), heapAfterHourMb: rounded((await heapOf(page)) / 1e6) };
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
