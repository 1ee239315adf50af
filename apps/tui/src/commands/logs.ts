import { logs } from '@portolan/console/kinds/logs';
import type { App, Command, SafeCommand } from '../state/app.ts';
import type { ListView } from '../state/views.ts';

const CONTEXT_MAX = 10;

/** Reading logs: wrapped or cut, with their fields, marked instead of filtered, with what stands around. */
export const logCommands: readonly Command[] = [
  change('logs.fields', 'Show or hide fields', 'f', (view) => ({
    ...view,
    isWide: !view.isWide,
  })),
  change('logs.wrap', 'Wrap or truncate long messages', 'W', (view) => ({
    ...view,
    isWrapped: !view.isWrapped,
  })),
  {
    ...change('logs.clear', 'Show only new entries; esc shows all again', 'c', (view) => view),
    run(app) {
      const { view } = app.navigation;
      if (view.type !== 'list') return;
      const rest = view.filter.split(/\s+/).filter((term) => term !== '' && !term.startsWith('time>'));
      app.navigation.setFilter([...rest, `time>"${new Date(app.now()).toISOString()}"`].join(' '));
    },
  },
  change('logs.highlight', 'Highlight matches instead of filtering, and back', '&', (view) => ({
    ...view,
    filter: view.highlight,
    highlight: view.filter,
    context: 0,
  })),
  change('logs.moreContext', 'One more line of context around matches', 'A', (view) => ({
    ...view,
    context: Math.min(CONTEXT_MAX, view.context + 1),
  })),
  change('logs.lessContext', 'One line less of context around matches', 'B', (view) => ({
    ...view,
    context: Math.max(0, view.context - 1),
  })),
];

function change(id: string, title: string, key: string, to: (view: ListView) => ListView): SafeCommand {
  return {
    id,
    title,
    keys: [key],
    where: 'list',
    kinds: [logs.name],
    danger: 0,
    run(app: App) {
      if (app.navigation.view.type === 'list') app.navigation.setView(to(app.navigation.view));
    },
  };
}
