import type { Resource } from '@portolan/contract/resources';
import { Failure } from '@portolan/console/failure';
import { findRow, type Session } from '@portolan/console/kinds/kind';
import { resources } from '@portolan/console/kinds/resources';
import type { Asked } from './find-kind.ts';
import type { Arguments } from './verb.ts';

/** Where an object may be, as flags narrow it down. */
export interface Place {
  readonly namespace?: string | undefined;
  readonly cluster?: string | undefined;
  /** E-mail of the user an API key belongs to. */
  readonly owner?: string | undefined;
}

export function placeOf(args: Arguments): Place {
  return { namespace: args.text('namespace'), cluster: args.text('cluster') };
}

/** Returns the filter for rows of a kind and place. */
export function filterOf(asked: Pick<Asked, 'kind' | 'info'>, place: Place, own?: string): string {
  const columns = new Set(asked.kind.columns.map((column) => column.id));
  const terms = [
    own,
    asked.kind.name === resources.name && asked.info !== null ? `kind=${asked.info.kind}` : undefined,
    term('namespace', place.namespace),
    term('cluster', place.cluster),
    term('user', place.owner),
  ];
  for (const [field, value] of [
    ['namespace', place.namespace],
    ['cluster', place.cluster],
  ] as const)
    if (value !== undefined && !columns.has(field))
      throw new Failure(`${asked.kind.title} do not have a ${field}.`, `Remove --${field}.`, 2);
  return terms.filter((one) => one !== undefined && one !== '').join(' ');
}

function term(field: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${field}="${value.replace(/["\\]/g, '\\$&')}"`;
}

/** Returns the one row a name or ID means. Throws Failure when there is none, or when several have the name. */
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
    found.push(...page.items.filter((row) => isNamed(kind, row, label)));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (found.length > 1)
    throw new Failure(
      `${found.length} ${kind.title.toLowerCase()} are named "${name}": ${found.map((row) => distinct(kind, row)).join(', ')}.`,
      asked.info === null
        ? `Specify one by ID${kind.name === 'keys' ? ', or its owner with --user EMAIL' : ''}.`
        : 'Specify one with -n NAMESPACE, --cluster NAME, or by ID.',
    );
  return found[0] ?? null;
}

/** Returns whether a name means a row: by its label, or by another name its kind knows it by. */
function isNamed(kind: Asked['kind'], row: unknown, name: string): boolean {
  return kind.label(row) === name || kind.isNamed?.(row, name) === true;
}

/** `key_01m8… (ada@example.com)` */
function distinct(kind: Asked['kind'], row: unknown): string {
  const of = kind.of?.(row);
  return of === undefined ? kind.id(row) : `${kind.id(row)} (${of})`;
}

function placeText({ namespace, cluster, owner }: Place): string {
  return `${owner === undefined ? '' : ` of user ${owner}`}${namespace === undefined ? '' : ` in namespace ${namespace}`}${cluster === undefined ? '' : ` of cluster ${cluster}`}`;
}

/** How a row can be named again on a command line: by its label where that is one word. */
export function nameOf(kind: Asked['kind'], row: unknown): string {
  const label = kind.label(row);
  return /\s/.test(label) ? kind.id(row) : label;
}

/** Rows of Kubernetes objects carry where their object is. */
export function isObjectRow(
  row: unknown,
): row is Pick<Resource, 'key' | 'name' | 'clusterId' | 'cluster' | 'owner'> {
  return typeof row === 'object' && row !== null && 'key' in row && 'clusterId' in row && 'owner' in row;
}
