import { moveBy, sortBy } from '../commands/lists.ts';
import type { App } from '../state/app.ts';
import { dispatchClick, dispatchKey } from './dispatch.ts';
import { formatSort } from '@portolan/console/lists/sort-rows';
import type { MouseReport } from '../terminal/mouse.ts';
import { drawFrame } from './frame.ts';
import type { Target } from '../screens/body.ts';

const WHEEL_ROWS = 3;

/** A click chooses what it hits, a second one on the same row opens it; the wheel moves. */
export function onMouse(app: App, report: MouseReport): void {
  if (report.type !== 'press') {
    const key = report.type === 'wheel-down' ? 'down' : 'up';
    for (let step = 0; step < WHEEL_ROWS; step += 1) void dispatchKey(app, key);
    return;
  }
  const target = drawFrame(app).targets[report.y] ?? null;
  if (target) click(app, target, report.x);
}

function click(app: App, target: NonNullable<Target>, x: number): void {
  const { view } = app.navigation;
  if (target.type === 'item') {
    return void dispatchClick(app, target.at);
  }
  if (app.overlay) return;
  if (target.type === 'row' && (view.type === 'pulse' || view.type === 'settings')) {
    if (view.cursor === target.at) return void dispatchKey(app, 'enter');
    return app.navigation.setView({ ...view, cursor: target.at });
  }
  if (view.type !== 'list') return;
  if (target.type === 'row') {
    const { at } = app.navigation.rows(view);
    if (at === target.at) return void dispatchKey(app, 'enter');
    return moveBy(app, target.at - at);
  }
  const column = target.spans.find((span) => x >= span.from && x < span.to);
  if (!column) return;
  const isAscending = formatSort(view.sort) === column.id;
  sortBy(app, view, isAscending ? `-${column.id}` : column.id);
}
