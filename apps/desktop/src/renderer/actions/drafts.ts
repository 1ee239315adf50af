import { inputFields } from '@portolan/console/actions/input';
import type { Action } from '@portolan/console/actions/action';
import type { Values } from './action-form.tsx';

/** Keeps what is typed into a form, without secrets, for when the page has to be left for a sign-in. */
export function keepDraft(key: string, action: Action, values: Values): void {
  const secret = new Set(
    inputFields(action.inputs)
      .filter(({ isSecret }) => isSecret === true)
      .map(({ name }) => name),
  );
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !secret.has(name)));
  try {
    sessionStorage.setItem(`portolan.draft.${key}`, JSON.stringify(kept));
  } catch {
    // Without storage a draft lasts as long as the dialog.
  }
}

/** Returns what was typed before; null when there is nothing. */
export function readDraft(key: string): Values | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(`portolan.draft.${key}`) ?? 'null');
    return typeof kept === 'object' ? (kept as Values | null) : null;
  } catch {
    return null;
  }
}

export function dropDraft(key: string): void {
  sessionStorage.removeItem(`portolan.draft.${key}`);
}
