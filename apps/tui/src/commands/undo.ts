import type { Command } from '../state/app.ts';

/** Taking back what was done in this session, and doing it again. */
export const undoCommands: readonly Command[] = [
  {
    id: 'undo',
    title: 'Undo the last change',
    keys: ['u'],
    where: 'anywhere',
    danger: 1,
    disabled: (app) => (app.history.undoable ? null : 'nothing that was done here can be undone'),
    plan(app) {
      const entry = app.history.undoable;
      if (!entry?.undo) return null;
      const { undo } = entry;
      return {
        title: `Undo: ${undo.title}`,
        action: 'Undo',
        object: entry.object,
        lines: [`Done: ${entry.result}`, `Undo: ${undo.title}`, ...(undo.lines ? ['', ...undo.lines] : [])],
        async run() {
          const result = await undo.run();
          app.history.markUndone(entry);
          return result;
        },
      };
    },
  },
  {
    id: 'redo',
    title: 'Do again what was undone',
    keys: ['U'],
    where: 'anywhere',
    danger: 1,
    disabled: (app) => (app.history.redoable ? null : 'nothing was undone that can be done again'),
    plan(app) {
      const entry = app.history.redoable;
      const undo = entry?.undo;
      if (!entry || !undo?.redo) return null;
      return {
        title: `Do again: ${entry.what}`,
        action: 'Do again',
        object: entry.object,
        lines: [`Undone: ${entry.result}`, `Again: ${entry.what}, ${entry.object}`],
        async run() {
          const result = (await undo.redo?.()) ?? '';
          app.history.markRedone(entry, app.now());
          return result;
        },
      };
    },
  },
];
