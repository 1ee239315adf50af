import type { ApiKeyRecord, DesiredState, StateMessage } from '@portolan/contract/desired-state';

/** What the platform wanted when it last spoke, and which revision that was. */
export interface Desired {
  readonly revision: number;
  readonly sections: Omit<DesiredState, 'keys'>;
  /** By id. There may be hundreds of thousands, and they change one by one: a patch changes this map in place. */
  readonly keys: Map<string, ApiKeyRecord>;
}

/**
 * Returns the desired state after a message; null when the message builds on something else, so that a snapshot is needed.
 * `current` is used up: what is answered goes on with its keys.
 */
export function applyMessage(current: Desired | null, message: StateMessage): Desired | null {
  switch (message.type) {
    case 'snapshot': {
      const { keys, ...sections } = message.state;
      return { revision: message.revision, sections, keys: new Map(keys.map((key) => [key.id, key])) };
    }
    case 'idle':
      return current?.revision === message.revision ? current : null;
    case 'patch': {
      if (current?.revision !== message.base) return null;
      const { keys } = current;
      for (const id of message.keys?.remove ?? []) keys.delete(id);
      for (const key of message.keys?.upsert ?? []) keys.set(key.id, key);
      const present = Object.entries(message.sections).filter(([, value]) => value !== undefined);
      const sections = { ...current.sections, ...Object.fromEntries(present) };
      return { revision: message.revision, sections, keys };
    }
    default:
      throw new Error(`no state message of type ${String(message satisfies never)}`);
  }
}
