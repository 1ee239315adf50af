import { TOPICS, type ChangeEvent } from '@portolan/contract/events';
import type { Session } from '../kinds/kind.ts';
import { SESSION_OVER, watchTopics } from './events.ts';

export type LiveState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | {
      readonly state: 'lost';
      readonly since: number;
      readonly reason: string;
      readonly isRefused: boolean;
      readonly isSessionOver: boolean;
    };

/** Follows the platform's events until the signal fires; tells of changes, and of what its connection is like. */
export async function followPlatform(
  session: Session,
  tell: { change(change: ChangeEvent): void; state(state: LiveState): void; resumed(): void },
  options: { signal: AbortSignal; now(): number },
): Promise<void> {
  let lostAt: number | null = null;
  for await (const message of watchTopics(session, TOPICS, options.signal)) {
    if (message.type === 'change') {
      tell.change(message.change);
    } else if (message.type === 'open') {
      tell.state({ state: 'live' });
      // Events missed while away are repeated, but not if the platform forgot them: read everything again.
      if (lostAt !== null) tell.resumed();
      lostAt = null;
    } else {
      lostAt ??= options.now();
      tell.state({
        state: 'lost',
        since: lostAt,
        reason: message.reason,
        isRefused: message.isRefused,
        isSessionOver: message.reason === SESSION_OVER,
      });
    }
  }
}
