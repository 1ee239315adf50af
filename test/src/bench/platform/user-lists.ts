import { createUser, listUsers } from '@portolan/contract/users';
import { createWorkspace } from '@portolan/contract/workspaces';
import type { BenchOptions, BenchReport } from '../bench.ts';
import type { BenchSystem } from './bench-system.ts';
import { median, percentile, rounded, timed } from './statistics.ts';

const SIZES = { few: 1000, many: 100_000 } as const;
type Size = keyof typeof SIZES;

const PAGES_A_ROUND = 150;
const PAGE = 50;

/** What people ask a list of users for: filtered, sorted, the first page or the one after it. */
const QUERIES = [
  { filter: 'company:harbour', sort: 'email' },
  { filter: 'company:harbour state=active', sort: 'name' },
  { filter: 'state=active', sort: '-createdAt' },
  { filter: 'groups=crew', sort: '-email' },
  { filter: 'harbour', sort: 'lastName' },
  { filter: 'email:example.com', sort: 'company' },
] as const;

/** A page of 100,000 users as against one of 1,000, in turns; and the page right after a change, which counts anew. */
export async function measureUserLists(system: BenchSystem, options: BenchOptions): Promise<BenchReport> {
  for (const size of Object.keys(SIZES)) await fill(system, size, SIZES[size as Size]);
  for (let warm = 0; warm < 40; warm += 1)
    for (const size of Object.keys(SIZES)) await readPages(system, size, warm);
  const rounds: Record<Size, number>[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const times: Record<Size, number[]> = { few: [], many: [] };
    for (let page = 0; page < PAGES_A_ROUND; page += 1) {
      times.few.push(...(await readPages(system, 'few', page)));
      times.many.push(...(await readPages(system, 'many', page)));
    }
    const p99 = { few: percentile(times.few, 99), many: percentile(times.many, 99) };
    options.log(
      `lists, round ${round + 1}: p99 ${rounded(p99.few)} ms of 1,000, ${rounded(p99.many)} ms of 100,000`,
    );
    rounds.push(p99);
  }
  return {
    list_page_p99_100k_vs_1k: rounded(median(rounds.map(({ few, many }) => many / few))),
    list_page_p99_100k_ms: rounded(median(rounds.map(({ many }) => many))),
    list_page_after_change_p50_ms: rounded(median(await afterChanges(system))),
    list_page_rare_word_p50_ms: rounded(median(await rareWords(system))),
  };
}

/** The first page of a query, and the one after it. */
async function readPages(system: BenchSystem, workspace: string, turn: number): Promise<number[]> {
  const { client } = system.running;
  const query = { limit: PAGE, ...(QUERIES[turn % QUERIES.length] ?? QUERIES[0]) };
  let cursor: string | null = null;
  const first = await timed(async () => {
    ({ next: cursor } = await client.call(listUsers, { params: { workspace }, query }));
  });
  if (cursor === null) throw new Error(`"${query.filter}" has no second page`);
  const more = { ...query, cursor };
  return [first, await timed(() => client.call(listUsers, { params: { workspace }, query: more }))];
}

async function afterChanges(system: BenchSystem): Promise<number[]> {
  const { client } = system.running;
  const params = { workspace: 'many' };
  const times: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    await client.call(createUser, { params, body: { email: `new-${i}@example.com` } });
    const query = QUERIES[i % QUERIES.length] ?? QUERIES[0];
    times.push(await timed(() => client.call(listUsers, { params, query })));
  }
  return times;
}

async function rareWords(system: BenchSystem): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    const query = { filter: `person-${7000 + i}@`, sort: 'email' };
    times.push(
      await timed(() => system.running.client.call(listUsers, { params: { workspace: 'many' }, query })),
    );
  }
  return times;
}

/** One user in ten works at the harbour, one in five is crew. */
async function fill(system: BenchSystem, workspace: string, count: number): Promise<void> {
  await system.running.client.call(createWorkspace, { body: { name: workspace, id: workspace } });
  await system.sql(
    `insert into groups (id, workspace_id, name) values ('grp_${workspace}', '${workspace}', 'crew')`,
    `insert into users (id, workspace_id, email, first_name, last_name, company, created_at)
      select 'usr_${workspace}_' || n, '${workspace}', 'person-' || n || '@example.com', 'Name ' || md5('f' || n),
        md5('l' || n), case when n % 10 = 0 then 'Harbour ' else 'Airline ' end || n % 97, now() - n * interval '1 minute'
      from generate_series(1, ${count}) n`,
    `insert into user_groups (workspace_id, user_id, group_id)
      select '${workspace}', 'usr_${workspace}_' || n, 'grp_${workspace}' from generate_series(5, ${count}, 5) n`,
    'vacuum analyze users',
    'vacuum analyze user_groups',
  );
}
