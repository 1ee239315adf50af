import { sql, type SQL } from 'drizzle-orm';
import type { ChangeMarker } from '@portolan/contract/metrics-top';
import { z } from 'zod';
import type { Queries } from '../db/database.ts';

/** What serves requests beside resources, as audit events name it. */
const SERVING = ['cluster', 'provider', 'broker', 'domain', 'tunnel'];
const CHANGES_MAX = 200;
const NAMES_MAX = 3;

interface Period {
  readonly since: Date;
  readonly until: Date;
  /** The object whose changes are marked; null for none. */
  readonly of: { readonly namespace: string; readonly name: string } | null;
}

const changeRow = z.object({
  at: z.coerce.date().transform((at) => at.toISOString()),
  action: z.string(),
  names: z.array(z.string()),
  by: z.string(),
  revision: z.coerce.number().nullable(),
  touches: z.boolean().nullable(),
});

/**
 * Returns the latest changes of a period that may show in metrics, oldest first: revisions of the platform, reports in which a cluster's own
 * objects changed last, and changes of what serves them.
 */
export async function listChanges(
  db: Queries,
  workspace: string,
  { since, until, of }: Period,
): Promise<ChangeMarker[]> {
  const within = (time: SQL) =>
    sql`${time} >= ${since.toISOString()}::timestamptz and ${time} < ${until.toISOString()}::timestamptz`;
  const { rows } = await db.execute(sql`
    select c.at, c.action, array_agg(o.key order by o.key) as names, c.actor_name as by, c.revision,
      bool_or(${touching(of, sql`o.key`, sql`concat(o.before, o.after)`)}) as touches
    from change_sets c join change_set_objects o on o.workspace_id = c.workspace_id and o.revision = c.revision
    where c.workspace_id = ${workspace} and ${within(sql`c.at`)}
    group by c.workspace_id, c.revision
    union all
    select max(r.updated_at), 'report', array_agg(r.key order by r.key), coalesce(max(k.name), r.cluster_id), null,
      bool_or(${touching(of, sql`r.key`, sql`r.object::text`)})
    from resources r join clusters k on k.id = r.cluster_id
    where r.workspace_id = ${workspace} and r.owner ->> 'kind' <> 'platform' and ${within(sql`r.updated_at`)}
    group by r.cluster_id, r.sequence
    union all
    select e.at, e.action, array[e.target_name], e.actor_name, null, false
    from audit_events e
    where e.chain = (select uid from workspaces where id = ${workspace}) and ${within(sql`e.at`)}
      and e.target_kind = any(${sql.param(SERVING)}::text[]) and e.action not like 'resources.%'
    order by at desc limit ${CHANGES_MAX}`);
  return rows
    .map((row) => changeRow.parse(row))
    .map(({ names, touches, ...change }) => ({ ...change, target: listed(names), touches: touches === true }))
    .toReversed();
}

/** Tells whether an object is the one that is asked about, or names it and is in its namespace or names that too. */
function touching(of: Period['of'], key: SQL, text: SQL): SQL {
  if (of === null) return sql`false`;
  const { namespace, name } = of;
  return sql`(${key} like ${`%/${likeText(namespace)}/${likeText(name)}`} or (strpos(${text}, ${JSON.stringify(name)}) > 0
    and (strpos(${key}, ${`/${namespace}/`}) > 0 or strpos(${text}, ${JSON.stringify(namespace)}) > 0)))`;
}

function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** Writes keys (`API.hub.traefik.io/air/flights`) as people do: `API air/flights`. */
function listed(keys: readonly string[]): string {
  const shown = keys.slice(0, NAMES_MAX).map((key) => {
    const [type = '', ...rest] = key.split('/');
    return rest.length === 0 ? key : `${type.split('.')[0]} ${rest.filter((part) => part !== '').join('/')}`;
  });
  const more = keys.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
