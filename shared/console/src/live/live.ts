import { TOPICS, type ChangeEvent } from '@portolan/contract/events';
import type { Session } from '../kinds/kind.ts';
import { SESSION_OVER, watchTopics } from './watch-topics.ts';

export type LiveState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | {
      readonly state: 'lost';
      /** When the last data arrived. */
      readonly since: number;
      readonly reason: string;
      readonly isRefused: boolean;
      readonly isSessionOver: boolean;
    };

export interface LiveListener {
  change(change: ChangeEvent): void;
  state(state: LiveState): void;
  /** Called when the connection is back: changes may have been missed. */
  resumed(): void;
}

/** Follows the platform's events until the signal aborts, and reports changes and the state of the connection. */
export async function followPlatform(
  session: Session,
  listener: LiveListener,
  { signal, now }: { readonly signal: AbortSignal; now(): number },
): Promise<void> {
  let since = now();
  let isLost = false;
  const onData = () => {
    since = now();
  };
  for await (const message of watchTopics(session, TOPICS, { signal, onData })) {
    if (message.type === 'change') {
      listener.change(message.change);
    } else if (message.type === 'open') {
      onData();
      listener.state({ state: 'live' });
      // Events missed while away are repeated, but not if the platform forgot them: read everything again.
      if (isLost) listener.resumed();
      isLost = false;
    } else {
      isLost = true;
      const { reason, isRefused } = message;
      listener.state({ state: 'lost', since, reason, isRefused, isSessionOver: reason === SESSION_OVER });
    }
  }
}
