import { findKindByName } from '@portolan/console/kinds/all-kinds';
import { pulseCards } from '../screens/pulse.ts';
import { nextStep, stepsLeft } from '../screens/next-steps.ts';
import { runCommand } from './run-command.ts';
import { scrollMax, tabsOf } from '../screens/detail-body.ts';
import type { App, Command, SafeCommand } from '../state/app.ts';

/** Moving on the home screen, in details and on pages of text. */
export const pageCommands: readonly Command[] = [
  card('pulse.down', 'Next card', ['down', 'j'], 1),
  card('pulse.up', 'Previous card', ['up', 'k'], -1),
  {
    id: 'pulse.open',
    title: 'Open the list behind the card',
    keys: ['enter', 'l', 'right'],
    where: 'pulse',
    hint: 'open',
    danger: 0,
    run(app) {
      if (app.navigation.view.type !== 'pulse') return;
      const chosen = pulseCards(app)[app.navigation.view.cursor];
      if (chosen) app.navigation.openList(chosen.kind, chosen.filter);
    },
  },
  {
    id: 'pulse.next',
    title: 'Do the next step',
    keys: ['n'],
    where: 'pulse',
    hint: 'next step',
    danger: 0,
    disabled: (app) => (stepsLeft(app).length > 0 ? null : 'every step has been done'),
    run: doNextStep,
  },
  {
    id: 'detail.inside',
    title: 'List what is in it',
    keys: ['enter'],
    where: 'detail',
    hint: 'list inside',
    danger: 0,
    disabled: (app) => (insideHere(app) === null ? 'nothing is listed inside it' : null),
    run(app) {
      const inside = insideHere(app);
      const kind = inside && findKindByName(inside.kind);
      if (kind) app.navigation.openList(kind, inside.filter);
    },
  },
  tabStep('detail.nextTab', 'Next tab of the detail', ['tab', 'l', 'right'], 1),
  tabStep('detail.previousTab', 'Previous tab of the detail', ['shift-tab'], -1),
  ...Array.from({ length: 9 }, (_, at): SafeCommand => ({
    id: `detail.tab.${at + 1}`,
    title: `Tab ${at + 1} of the detail`,
    keys: [String(at + 1)],
    where: 'detail',
    danger: 0,
    run: (app) => openTab(app, () => at),
  })),
  {
    id: 'detail.tab.last',
    title: 'Last tab of the detail',
    keys: ['0'],
    where: 'detail',
    danger: 0,
    run: (app) => openTab(app, (_, count) => count - 1),
  },
  ...scrolling('detail'),
  ...scrolling('page'),
];

/** Opens the place of the next step and starts it. */
export async function doNextStep(app: App): Promise<void> {
  const step = nextStep(app);
  if (!step) return app.say('Every step has been done.');
  step.go(app);
  const command = app.options.commands.find((one) => one.id === step.command);
  if (command) await runCommand(app, command);
}

function insideHere(app: App): { readonly kind: string; readonly filter: string } | null {
  const { view } = app.navigation;
  if (view.type !== 'detail') return null;
  const row = app.navigation.rowOf(view.kind, view.id);
  return row === null || row === undefined ? null : (view.kind.inside?.(row) ?? null);
}

function card(id: string, title: string, keys: readonly string[], by: number): SafeCommand {
  return {
    id,
    title,
    keys,
    where: 'pulse',
    danger: 0,
    run(app) {
      if (app.navigation.view.type !== 'pulse') return;
      const count = pulseCards(app).length;
      app.navigation.setView({
        ...app.navigation.view,
        cursor: Math.min(count - 1, Math.max(0, app.navigation.view.cursor + by)),
      });
    },
  };
}

function tabStep(id: string, title: string, keys: readonly string[], by: number): SafeCommand {
  return {
    id,
    title,
    keys,
    where: 'detail',
    danger: 0,
    run: (app) => openTab(app, (now, count) => (now + by + count) % count),
  };
}

function openTab(app: App, choose: (now: number, count: number) => number): void {
  const { view } = app.navigation;
  if (view.type !== 'detail') return;
  const count = tabsOf(app, view).length;
  const tab = choose(view.tab, count);
  if (tab < count) app.navigation.setView({ ...view, tab, scroll: 0 });
}

function scrolling(where: 'detail' | 'page'): readonly SafeCommand[] {
  const scroll = (
    name: string,
    title: string,
    keys: readonly string[],
    by: (app: App) => number,
  ): SafeCommand => ({
    id: `${where}.${name}`,
    title,
    keys,
    where,
    danger: 0,
    run(app) {
      const { view } = app.navigation;
      const to = 'scroll' in view ? view.scroll + by(app) : 0;
      if (view.type === 'detail')
        app.navigation.setView({ ...view, scroll: Math.max(0, Math.min(scrollMax(app, view), to)) });
      if (view.type === 'page')
        app.navigation.setView({ ...view, scroll: Math.max(0, Math.min(10_000, to)) });
    },
  });
  const page = (app: App) => Math.max(1, app.size.height - 6);
  return [
    scroll('down', 'Scroll down', ['down', 'j'], () => 1),
    scroll('up', 'Scroll up', ['up', 'k'], () => -1),
    scroll('pageDown', 'Page down', ['pgdn', 'ctrl-d'], page),
    scroll('pageUp', 'Page up', ['pgup', 'ctrl-u'], (app) => -page(app)),
    scroll('top', 'To the beginning', ['home', 'g g'], () => -10_000),
    scroll('bottom', 'To the end', ['end', 'G'], () => 10_000),
  ];
}
