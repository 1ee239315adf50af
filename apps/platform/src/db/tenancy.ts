import { sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';

/** Restricts the transaction to one workspace by row-level security. */
export async function enterWorkspace(tx: Transaction, workspace: string): Promise<void> {
  await tx.execute(sql`select set_config('portolan.workspace', ${workspace}, true)`);
}

/**
 * Enables row-level security on all tables with a `workspace_id`, as a second protection besides the authorisation of routes.
 * Tables are read from the catalogue, so that none can be missed. The setting is read in a sub-select, so that it is evaluated
 * once per statement, not per row.
 */
export const ENFORCE_TENANCY = `do $$
declare entry record;
begin
  for entry in
    select c.table_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE'
  loop
    execute format('alter table %I enable row level security', entry.table_name);
    execute format('alter table %I force row level security', entry.table_name);
    if not exists (select 1 from pg_policies where schemaname = 'public' and tablename = entry.table_name and policyname = 'tenancy') then
      execute format(
        'create policy tenancy on %I using ((select current_setting(''portolan.workspace'', true)) in (''*'', workspace_id)) with check ((select current_setting(''portolan.workspace'', true)) in (''*'', workspace_id))',
        entry.table_name);
    end if;
  end loop;
end $$`;
