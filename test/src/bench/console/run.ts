import { createUser } from '@portolan/contract/users';
import { startBrowser } from '../../console/chromium.ts';
import { openConsole } from '../../console/console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from '../../console/console-system.ts';
import { measureFirstScreen } from '../../console/first-screen.ts';
import { onEmbeddedDatabase } from '../../e2e/embedded-database.ts';
import type { Bench } from '../bench.ts';
import { measureLiveHour } from './live-hour.ts';
import { openList, workLists } from './long-lists.ts';
import { measureManyConsoles } from './many-consoles.ts';
import { rounded } from './rounded.ts';

const FEW = 100;
const MANY = 10_000;

/** What a person waits for in the console, what an hour of it costs the browser, and what fifty cost the platform. */
export const run: Bench['run'] = async ({ log, only }) => {
  const isWanted = (name: string) => only.length === 0 || only.includes(name);
  log('starting a system and a browser');
  const [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
  try {
    const { platform, adminEmail } = system.ready;
    const options = { platform, email: adminEmail, password: system.password };
    await addUsers(system, 0, FEW);
    const { page, context } = await openConsole(browser, options);
    const report: Record<string, unknown> = {};
    const keep = (name: string, figures: unknown) => {
      report[name] = figures;
      log(`${name}: ${JSON.stringify(figures)}`);
    };
    keep('firstScreen', await measureFirstScreen(page, platform, FEW));
    if (isWanted('hour')) {
      log('an hour of live updates');
      keep('liveHour', await measureLiveHour(await context.newPage(), system));
    }
    if (isWanted('many')) {
      log('fifty consoles');
      keep('manyConsoles', await measureManyConsoles(browser, context, system));
    }
    if (isWanted('lists')) {
      log(`lists of ${FEW} and of ${MANY} rows`);
      await addUsers(system, FEW, MANY);
      const pages = { few: page, many: await context.newPage(), empty: await context.newPage() };
      // user-00000 to user-00099
      await openList(pages.few, `${platform}/w/default/users?q=email%3Auser-000`, FEW);
      await openList(pages.many, `${platform}/w/default/users`, MANY);
      const figures = await workLists(pages);
      keep('lists', {
        ...figures,
        keyToPaintRatio: rounded(figures.many.keyP95Ms / figures.few.keyP95Ms),
        scrollRatio: rounded(figures.many.cpuMsPerFrame / figures.few.cpuMsPerFrame),
      });
    }
    return report;
  } finally {
    await browser.close();
    await system.close();
  }
};

/** Adds users by SQL; the last by the platform, which announces the change. */
async function addUsers(system: ConsoleSystem, from: number, to: number): Promise<void> {
  await onEmbeddedDatabase(system.dataDir, (database) =>
    database.query(
      `insert into users (id, workspace_id, email)
       select 'usr_bench' || n, 'default', 'user-' || lpad(n::text, 5, '0') || '@example.com'
       from generate_series($1::int, $2::int) n`,
      [from, to - 2],
    ),
  );
  const body = { email: `user-${String(to - 1).padStart(5, '0')}@example.com` };
  await system.client.call(createUser, { params: { workspace: 'default' }, body });
}
