import { ageColumn } from './age-column.ts';
import type { Resource } from '@portolan/contract/resources';
import type { Block } from './block.ts';
import { formatAge, formatOwner, formatTime, toneOf } from './format.ts';
import type { Column, Kind, Session, Tab } from './kind.ts';
import { readObjects, type HeldObject, type KubernetesObject } from './objects.ts';
import { objectCopies } from './copies.ts';
import { auditTab } from './related-tabs.ts';
import { objectTraces } from './traces.ts';
import { wholeList } from './whole-list.ts';
import { manifestTab } from './manifest-tab.ts';

/** A row of a list of Kubernetes objects. */
export interface ObjectKindRow extends Resource {
  readonly object: KubernetesObject;
}

export type Fields = Extract<Block, { type: 'fields' }>['rows'];

interface ObjectKind<T> extends Pick<Kind<T>, 'name' | 'singular' | 'title' | 'aliases' | 'empty'> {
  /** Default order; by name when absent. */
  readonly sort?: string;
  /** Kinds of Kubernetes that are listed, and those that rows are made with. */
  readonly kinds: readonly string[];
  readonly readsToo?: readonly string[];
  /** Between the name and where the object is. */
  readonly columns: readonly Column<T>[];
  rowsOf(held: readonly HeldObject[], others: readonly HeldObject[]): readonly T[];
  /** What an overview says beside name and place. */
  about(row: T): Fields;
  tabs?(row: T): readonly Tab[];
}

/** Returns a kind that lists Kubernetes objects whole, with what their specs say. */
export function objectKind<T extends ObjectKindRow>(definition: ObjectKind<T>): Kind<T> {
  const { kinds, readsToo = [], about, rowsOf, tabs, ...rest } = definition;
  const kind: Kind<T> = {
    sort: 'name',
    ...rest,
    topics: ['resources', 'apis'],
    columns: [
      { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 34 },
      ...definition.columns,
      ...placeColumns<T>(),
    ],
    id: (row) => `${row.clusterId}/${row.key}`,
    label: (row) => row.name,
    async fetch(session: Session, query, signal) {
      const held = await readObjects(session, [...kinds, ...readsToo], signal);
      const [own, others] = [true, false].map((isOwn) =>
        held.filter(({ resource }) => kinds.includes(resource.kind) === isOwn),
      );
      return wholeList(kind, rowsOf(own ?? [], others ?? []), query);
    },
    copies: objectCopies,
    traces: objectTraces,
    tabs: (row, _loaded, now) => [
      { id: 'overview', title: 'Overview', blocks: [overview(row, about(row), now)] },
      ...(tabs?.(row) ?? []),
      auditTab(objectTraces(row)),
      manifestTab(row),
    ],
  };
  return kind;
}

function placeColumns<T extends ObjectKindRow>(): readonly Column<T>[] {
  return [
    { id: 'state', title: 'SYNC', type: 'text', value: (row) => row.state, tone: (row) => toneOf(row.state) },
    {
      id: 'namespace',
      drop: 2,
      title: 'NAMESPACE',
      type: 'text',
      value: (row) => row.namespace ?? '',
      max: 20,
    },
    { id: 'cluster', drop: 3, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 16 },
    {
      id: 'owner',
      title: 'OWNER',
      type: 'text',
      value: (row) => formatOwner(row.owner),
      wide: true,
      max: 36,
    },
    ageColumn('updatedAt', 'AGE', (row) => row.updatedAt, { drop: 4 }),
  ];
}

function overview(row: ObjectKindRow, about: Fields, now: number): Block {
  return {
    type: 'fields',
    rows: [
      ['Name', row.name],
      ['Kind', row.kind],
      ...about,
      ['Namespace', row.namespace ?? '–'],
      ['Cluster', row.cluster],
      ['Owner', formatOwner(row.owner)],
      ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
    ],
  };
}
