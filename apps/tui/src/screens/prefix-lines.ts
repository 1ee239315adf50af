import type { App } from '../state/app.ts';
import { fit, widthOf } from '../terminal/fit.ts';

const GAP = 3;
/** Three columns on 80: longer words are cut, for the box must not take the screen. */
const CELL_MAX = 26;

/** After the first key of a sequence: every key that can follow and what it does, in columns. */
export function prefixLines(app: App, width: number): readonly string[] {
  const { theme } = app.preferences;
  const { prefix } = app;
  const title = theme.paint('accent', fit(` ${prefix.keys} …  then`, width));
  if (!prefix.isHelpDue) return [theme.paint('accent', fit(` ${prefix.keys} …`, width))];
  const items = followers(app, `${prefix.keys} `);
  const longest = Math.max(0, ...items.map(({ key, what }) => widthOf(key) + 1 + widthOf(what)));
  const cell = Math.min(CELL_MAX, longest + GAP);
  const columns = Math.max(1, Math.floor((width - 2) / cell));
  const rows = Math.ceil(items.length / columns);
  const lines = Array.from({ length: rows }, (_, row) => {
    const here = Array.from({ length: columns }, (__, column) => items[column * rows + row]);
    const painted = here.map((item) =>
      item === undefined
        ? ''
        : `${theme.paint('accent', item.key)} ${theme.paint('plain', fit(item.what, cell - widthOf(item.key) - 1))}`,
    );
    return `  ${painted.join('')}`;
  });
  return [title, ...lines];
}

function followers(app: App, prefix: string): readonly { readonly key: string; readonly what: string }[] {
  const { keymap } = app.options;
  const found = keymap.here(app.navigation.view).flatMap((command) =>
    keymap
      .keysOf(command)
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({
        key: key.slice(prefix.length),
        what: command.title.replace(/^Go to (the )?/, ''),
      })),
  );
  return found.toSorted((a, b) => a.key.localeCompare(b.key));
}
