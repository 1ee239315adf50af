import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import { explain } from '@portolan/console/failure';
import { isAppUrl } from '../../bridge/app-origin.ts';
import { channelOf, VERBS, type Verb } from '../../bridge/verb-names.ts';
import {
  verbInputs,
  type BridgeError,
  type Reply,
  type VerbInput,
  type VerbResults,
} from '../../bridge/verbs.ts';
import type { AppWindow, Windows } from '../windows/windows.ts';

/** A page that asks. */
export interface Caller {
  readonly window: AppWindow;
  readonly contentsId: number;
}

export type VerbHandlers = {
  readonly [V in Verb]: (input: VerbInput<V>, caller: Caller) => VerbResults[V] | Promise<VerbResults[V]>;
};

/**
 * Accepts the verbs of pages. A call counts only from the top frame of one of the app's windows, at the app's own origin, and
 * with an input of the verb's schema. Errors cross as message and fix; their stack goes to the log.
 */
export function registerVerbs(
  handlers: VerbHandlers,
  { windows, onError }: { readonly windows: Windows; readonly onError: (verb: Verb, error: unknown) => void },
): () => void {
  for (const verb of VERBS) {
    ipcMain.handle(channelOf(verb), async (event, input: unknown): Promise<Reply<unknown>> => {
      const caller = callerOf(event, windows);
      if (caller === null) return refused('not-allowed', 'This page may not do that.');
      const parsed = verbInputs[verb].safeParse(input);
      if (!parsed.success)
        return refused('invalid-request', 'The app received a request it does not understand.');
      try {
        const handle = handlers[verb] as (input: unknown, caller: Caller) => unknown;
        return { ok: true, value: await handle(parsed.data, caller) };
      } catch (error) {
        onError(verb, error);
        const { message, fix, code } = explain(error);
        return { ok: false, error: { message, fix: fix ?? null, code } };
      }
    });
  }
  return () => {
    for (const verb of VERBS) ipcMain.removeHandler(channelOf(verb));
  };
}

function callerOf({ sender, senderFrame }: IpcMainInvokeEvent, windows: Windows): Caller | null {
  const window = windows.byContents(sender.id);
  // A frame that was navigated away or closed meanwhile is null.
  if (window === undefined || senderFrame === null || senderFrame.parent !== null) return null;
  return isAppUrl(senderFrame.url) ? { window, contentsId: sender.id } : null;
}

function refused(code: BridgeError['code'], message: string): Reply<never> {
  return { ok: false, error: { code, message, fix: 'Reload the window.' } };
}
