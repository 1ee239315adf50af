import { allKinds } from '@portolan/console/kinds/all-kinds';
import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { Picker, type Item } from '../overlays/picker.ts';
import type { App, Command } from '../state/app.ts';
import { ensureRead } from '../state/ensure-read.ts';
import { EVERYTHING, type Scope } from '@portolan/console/lists/scope';

/** Seeing only some clusters and namespaces, in every list at once. */
export const scopeCommands: readonly Command[] = [
  {
    id: 'scope.pick',
    title: 'Limit to clusters and namespaces',
    keys: ['S'],
    where: 'anywhere',
    danger: 0,
    async run(app) {
      await ensureRead(app, clusters, apis);
      app.openOverlay(
        new Picker({
          title: 'Limit to (enter toggles)',
          items: () => scopeItems(app),
          empty: 'no cluster or namespace is called that',
        }),
      );
    },
  },
];

function scopeItems(app: App): readonly Item[] {
  const item =
    (field: keyof Scope, note: string) =>
    (name: string): Item => {
      const held = app.navigation.scope[field];
      const isOn = held.includes(name);
      return {
        label: `${isOn ? '[x]' : '[ ]'} ${name}`,
        note,
        run(to) {
          to.navigation.scope = {
            ...to.navigation.scope,
            [field]: isOn ? held.filter((one) => one !== name) : [...held, name],
          };
          return 'stay';
        },
      };
    };
  return [
    {
      label: 'Everything',
      note: 'all clusters, all namespaces',
      run(to) {
        to.navigation.scope = EVERYTHING;
      },
    },
    ...app.labelsOf(clusters).map(item('clusters', 'cluster')),
    ...namespacesOf(app).map(item('namespaces', 'namespace')),
  ];
}

/** Namespaces of whatever has been read so far. */
function namespacesOf(app: App): readonly string[] {
  const found = allKinds.flatMap((kind) => {
    const column = kind.columns.find((one) => one.id === 'namespace');
    return column ? app.lists.of(kind).rows.map((row) => column.value(row)) : [];
  });
  return [...new Set(found)].filter((name) => typeof name === 'string').toSorted();
}
