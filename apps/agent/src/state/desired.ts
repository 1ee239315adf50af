import type { ApiKeyRecord, DesiredState, StateMessage } from '@portolan/contract/agent';

/** What the platform wanted when it last spoke, and which revision that was. */
export interface Desired {
  readonly revision: number;
  readonly state: DesiredState;
}

/** The desired state after a message; null when the message builds on something else, so that a snapshot is needed. */
export function applyMessage(current: Desired | null, message: StateMessage): Desired | null {
  switch (message.type) {
    case 'snapshot':
      return { revision: message.revision, state: message.state };
    case 'idle':
      return current?.revision === message.revision ? current : null;
    case 'patch': {
      if (current?.revision !== message.base) return null;
      const { sections, keys } = message;
      const present = Object.entries(sections).filter(([, value]) => value !== undefined);
      const state = { ...current.state, ...Object.fromEntries(present) };
      return {
        revision: message.revision,
        state: keys ? { ...state, keys: patchKeys(current.state.keys, keys) } : state,
      };
    }
    default:
      throw new Error(`no state message of type ${String(message satisfies never)}`);
  }
}

function patchKeys(
  keys: readonly ApiKeyRecord[],
  patch: { readonly upsert: readonly ApiKeyRecord[]; readonly remove: readonly string[] },
): ApiKeyRecord[] {
  const byId = new Map(keys.map((key) => [key.id, key]));
  for (const id of patch.remove) byId.delete(id);
  for (const key of patch.upsert) byId.set(key.id, key);
  return [...byId.values()];
}
