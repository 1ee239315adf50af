import type { AccessRow } from '@portolan/console/kinds/access';
import { formatOwner } from '@portolan/console/kinds/format';
import type { ApiView } from '@portolan/contract/resources';

/** Whether a group may call an API, and what says so. */
export interface MatrixCell {
  /**
   * `granted` by name; `everyone` who is signed in; `saved` in an APIAccess that no gateway lists, so that it has no effect; `none`.
   */
  readonly state: 'granted' | 'everyone' | 'saved' | 'none';
  /** Names of the APIAccess objects. */
  readonly through: readonly string[];
  /** Where the first of them is changed that is not the platform’s: `file access/crew.yaml:2`. */
  readonly elsewhere: string | null;
  /** Limits that name both: `crew-limit: 10/1s`. */
  readonly limits: readonly string[];
}

export interface Matrix {
  readonly apis: readonly ApiView[];
  /** Groups of the workspace, and those that objects name. */
  readonly groups: readonly MatrixGroup[];
  cell(api: ApiView, group: string): MatrixCell;
}

interface MatrixGroup {
  readonly name: string;
  /** Null for a group that only objects name: its members come from tokens, or the name is wrong. */
  readonly members: number | null;
}

/** Returns who may call what. */
export function accessMatrix(
  apis: readonly ApiView[],
  groups: readonly { readonly name: string; readonly members: number }[],
  access: readonly AccessRow[],
): Matrix {
  const known = new Map(groups.map(({ name, members }) => [name, members]));
  const named = new Set([
    ...known.keys(),
    ...apis.flatMap((api) => api.access.flatMap((one) => one.groups)),
    ...access.flatMap(({ who }) => who.filter((name) => name !== 'everyone')),
  ]);
  return {
    apis,
    groups: [...named]
      .toSorted((one, other) => one.localeCompare(other))
      .map((name) => ({ name, members: known.get(name) ?? null })),
    cell: (api, group) => cellOf(api, group, access),
  };
}

function cellOf(api: ApiView, group: string, access: readonly AccessRow[]): MatrixCell {
  const found = (state: MatrixCell['state'], objects: readonly { readonly name: string }[]): MatrixCell => {
    const through = objects.map(({ name }) => name);
    const foreign = access.find(
      ({ name, clusterId, owner }) =>
        through.includes(name) && clusterId === api.clusterId && owner.kind !== 'platform',
    );
    return { state, through, limits, elsewhere: foreign === undefined ? null : formatOwner(foreign.owner) };
  };
  const limits = access
    .filter((row) => row.grants === 'limit' && row.limit !== null && isAbout(row, api, group))
    .map((row) => `${row.name}: ${row.limit ?? ''}`);
  const granted = api.access.filter((one) => one.groups.includes(group));
  if (granted.length > 0) return found('granted', granted);
  const open = api.access.filter((one) => one.any);
  if (open.length > 0) return found('everyone', open);
  const saved = access.filter((row) => row.grants === 'access' && isAbout(row, api, group));
  if (saved.length > 0) return found('saved', saved);
  return found('none', []);
}

/** Returns whether an object names both the API and the group. */
function isAbout({ clusterId, who, what }: AccessRow, api: ApiView, group: string): boolean {
  const isForGroup = who.includes(group) || who.includes('everyone');
  return clusterId === api.clusterId && isForGroup && what.includes(api.name);
}
