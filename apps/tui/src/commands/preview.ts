import { tabsOf } from '../screens/detail-body.ts';
import { isPreviewShown, previewRoom } from '../screens/preview.ts';
import type { App, Command } from '../state/app.ts';
import type { ListView } from '../state/views.ts';

/** The detail beside a list: where it is, how large, and reading in it without leaving the list. */
export const previewCommands: readonly Command[] = [
  {
    id: 'preview.toggle',
    title: 'Show or hide the preview',
    keys: ['p'],
    where: 'list',
    hint: 'preview',
    danger: 0,
    run(app) {
      const isShown = isPreviewShown(app);
      app.navigation.preview = {
        side: !isShown && app.size.width < 120 ? 'below' : app.navigation.preview.side,
        isOn: !isShown,
        isZoomed: false,
      };
      if (isShown) focus(app, 'list');
    },
  },
  {
    id: 'preview.side',
    title: 'Preview beside the list, or below it',
    keys: ['P'],
    where: 'list',
    danger: 0,
    run(app) {
      const side = app.navigation.preview.side === 'right' && isPreviewShown(app) ? 'below' : 'right';
      const isTooNarrow = side === 'right' && app.size.width < 120;
      app.navigation.preview = { side: isTooNarrow ? 'below' : side, isOn: true, isZoomed: false };
      if (isTooNarrow) app.say('Beside the list it needs 120 columns; it stays below.');
    },
  },
  {
    id: 'preview.zoom',
    title: 'Preview over the whole screen, and back',
    keys: ['z'],
    where: 'list',
    danger: 0,
    run(app) {
      const isZoomed = !app.navigation.preview.isZoomed;
      app.navigation.preview = { ...app.navigation.preview, isZoomed };
      focus(app, isZoomed ? 'preview' : 'list');
    },
  },
  {
    id: 'focus.next',
    title: 'Switch between the list and its preview',
    keys: ['tab', 'shift-tab'],
    where: 'list',
    danger: 0,
    disabled: (app) => (isPreviewShown(app) ? null : 'the preview is off; p shows it'),
    run(app) {
      if (app.navigation.view.type !== 'list') return;
      if (app.navigation.preview.isZoomed)
        app.navigation.preview = { ...app.navigation.preview, isZoomed: false };
      focus(app, app.navigation.view.focus === 'list' ? 'preview' : 'list');
    },
  },
];

function focus(app: App, to: ListView['focus']): void {
  if (app.navigation.view.type === 'list') app.navigation.setView({ ...app.navigation.view, focus: to });
}

/** Scrolls the preview when it has the focus; false when the list has it. */
export function scrollPreview(app: App, by: number): boolean {
  const { view } = app.navigation;
  if (view.type !== 'list' || view.focus !== 'preview' || !isPreviewShown(app)) return false;
  const most = previewRoom(app, view).scrollMax;
  app.navigation.setView({ ...view, previewScroll: Math.max(0, Math.min(most, view.previewScroll + by)) });
  return true;
}

/** Chooses a tab of the preview when it has the focus; false when the list has it. */
export function choosePreviewTab(app: App, at: number): boolean {
  const { view } = app.navigation;
  if (view.type !== 'list' || view.focus !== 'preview' || !isPreviewShown(app)) return false;
  const { rows, at: cursor } = app.navigation.rows(view);
  const row = rows[cursor];
  const count = row === undefined ? 0 : tabsOf(app, { kind: view.kind, id: view.kind.id(row) }).length;
  if (at < count) app.navigation.setView({ ...view, previewTab: at, previewScroll: 0 });
  return true;
}
