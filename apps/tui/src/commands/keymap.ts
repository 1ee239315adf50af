import { ownValue } from '@portolan/contract/dictionary';
import type { View } from '../state/views.ts';
import type { Command, Keymap } from '../state/app.ts';

/** Binds keys to commands: the defaults, with the user's own in place of them by command id. */
export function createKeymap(
  commands: readonly Command[],
  options: { readonly keys: Readonly<Record<string, readonly string[]>>; readonly keySet: 'vim' | 'plain' },
): Keymap {
  const keysOf = (command: Command): readonly string[] => {
    const own = ownValue(options.keys, command.id);
    if (own) return own;
    return options.keySet === 'plain' ? command.keys.filter((key) => !VIM_MOTIONS.has(key)) : command.keys;
  };
  const bound = commands
    .map((command) => ({ command, keys: keysOf(command) }))
    .toSorted((a, b) => specificity(b.command) - specificity(a.command));
  return {
    keysOf,
    find: (keys, view) =>
      bound.find((one) => one.keys.includes(keys) && applies(one.command, view))?.command ?? null,
    isPrefix: (keys, view) =>
      bound.some((one) => applies(one.command, view) && one.keys.some((key) => key.startsWith(`${keys} `))),
    here: (view) => bound.filter(({ command }) => applies(command, view)).map(({ command }) => command),
  };
}

const VIM_MOTIONS = new Set(['j', 'k', 'h', 'l', 'g g', 'G']);

/** Returns whether a command belongs to a view at all; whether it can be given just now is `disabled`. */
export function applies(command: Command, view: View): boolean {
  if (!isAt(command, view)) return false;
  if (command.kinds === undefined) return true;
  return (view.type === 'list' || view.type === 'detail') && command.kinds.includes(view.kind.name);
}

function isAt({ where }: Command, view: View): boolean {
  if (where === 'anywhere') return true;
  if (where === 'item') return view.type === 'list' || view.type === 'detail';
  return where === view.type;
}

function specificity(command: Command): number {
  return (command.kinds === undefined ? 0 : 2) + (command.where === 'anywhere' ? 0 : 1);
}
