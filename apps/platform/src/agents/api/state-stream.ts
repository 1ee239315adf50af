import type { StateMessage } from '@portolan/contract/desired-state';
import type { DesiredStates } from '../desired-state/desired-states.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

const IDLE_MS = 5_000;
/** An agent that reads this much too slowly is cut off; it comes back and gets what is then the present. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;

/** Returns the desired state of a cluster as newline-delimited JSON without an end. */
export function stateStream(
  states: DesiredStates,
  identity: AgentIdentity,
  known: number | null,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let unfollow = (): void => {};
  let idle: NodeJS.Timeout | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let revision = known ?? 0;
        const send = (message: StateMessage): void => {
          revision = message.revision;
          controller.enqueue(encoder.encode(`${JSON.stringify(message)}\n`));
          idle?.refresh();
          if ((controller.desiredSize ?? 0) > 0) return;
          end();
          controller.close();
        };
        const end = (): void => {
          clearInterval(idle);
          unfollow();
        };
        idle = setInterval(() => send({ type: 'idle', revision }), IDLE_MS);
        unfollow = states.follow(
          { workspace: identity.workspace, clusterId: identity.clusterId },
          known,
          send,
        );
      },
      cancel() {
        clearInterval(idle);
        unfollow();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: UNREAD_BYTES_MAX }),
  );
}
