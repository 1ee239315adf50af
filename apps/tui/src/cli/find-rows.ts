import type { Resource } from '@portolan/contract/resources';
import { Failure } from '@portolan/console/failure';
import { findRow, type Session } from '@portolan/console/kinds/kind';
import { resources } from '@portolan/console/kinds/resources';
import type { Asked } from './find-kind.ts';
import type { Arguments } from './verb.ts';

/** Where a thing may be, as flags narrow it down. */
export interface Place {
  readonly namespace: string | undefined;
  readonly cluster: string | undefined;
}

export function placeOf(args: Arguments): Place {
  return { namespace: args.text('namespace'), cluster: args.text('cluster') };
}

/** What the platform is asked for to get only rows of a kind and place. */
export function filterOf(asked: Pick<Asked, 'kind' | 'info'>, place: Place, own?: string): string {
  const columns = new Set(asked.kind.columns.map((column) => column.id));
  const terms = [
    own,
    asked.kind.name === resources.name && asked.info !== null ? `kind=${asked.info.kind}` : undefined,
    term('namespace', place.namespace),
    term('cluster', place.cluster),
  ];
  for (const [field, value] of [
    ['namespace', place.namespace],
    ['cluster', place.cluster],
  ] as const)
    if (value !== undefined && !columns.has(field))
      throw new Failure(`${asked.kind.title} are in no ${field}.`, `Leave --${field} out.`, 2);
  return terms.filter((one) => one !== undefined && one !== '').join(' ');
}

function term(field: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${field}="${value.replace(/["\\]/g, '\\$&')}"`;
}

/** The one row a name or id means; a name that two have is refused, for nobody could say which was meant. */
export async function findOnly(
  session: Session,
  asked: Asked,
  wanted: { name: string; place: Place; outcome?: string; isMissingFine?: boolean },
): Promise<unknown> {
  const { name, place, outcome } = wanted;
  const { kind } = asked;
  const found = kind.find ? await kind.find(session, name) : await search(session, asked, name, place);
  if (found !== null || wanted.isMissingFine === true) return found;
  throw new Failure(
    `There is no ${asked.what} "${name}"${placeText(place)} in workspace ${session.workspace}.`,
    `${outcome === undefined ? '' : `${outcome} `}List them: portolan get ${asked.kind.name === resources.name ? asked.what : kind.name}`,
  );
}

async function search(session: Session, asked: Asked, name: string, place: Place): Promise<unknown> {
  const { kind } = asked;
  if (kind.name === 'audit' || kind.name === 'logs') return findRow(kind, session, name);
  const slash = asked.info === null ? -1 : name.indexOf('/');
  const [namespace, label] =
    slash < 0 ? [place.namespace, name] : [name.slice(0, slash), name.slice(slash + 1)];
  const filter = filterOf(asked, { ...place, namespace });
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await kind.fetch(session, {
      limit: 500,
      ...(filter === '' ? {} : { filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const byId = page.items.find((row) => kind.id(row) === name);
    if (byId !== undefined) return byId;
    found.push(...page.items.filter((row) => kind.label(row) === label));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (found.length > 1)
    throw new Failure(
      `There are ${found.length} of the name ${name}: ${found.map((row) => kind.id(row)).join(', ')}.`,
      asked.info === null
        ? 'Give the id of the one you mean.'
        : 'Say which with -n NAMESPACE, --cluster NAME, or the id.',
    );
  return found[0] ?? null;
}

function placeText({ namespace, cluster }: Place): string {
  return `${namespace === undefined ? '' : ` in namespace ${namespace}`}${cluster === undefined ? '' : ` of cluster ${cluster}`}`;
}

/** How a row can be named again on a command line: by its label where that is one word. */
export function nameOf(kind: Asked['kind'], row: unknown): string {
  const label = kind.label(row);
  return /\s/.test(label) ? kind.id(row) : label;
}

/** Rows of Kubernetes objects carry where their object is. */
export function isObjectRow(row: unknown): row is Pick<Resource, 'key' | 'clusterId' | 'cluster' | 'owner'> {
  return typeof row === 'object' && row !== null && 'key' in row && 'clusterId' in row && 'owner' in row;
}
