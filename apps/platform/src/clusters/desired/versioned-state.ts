import { createHash } from 'node:crypto';
import type { ApiKeyRecord, DesiredState, StateMessage } from '@portolan/contract/agent';

type Section = Exclude<keyof DesiredState, 'keys'>;
const SECTIONS = [
  'apiAuth',
  'domains',
  'certificates',
  'objects',
  'tunnels',
] as const satisfies readonly Section[];

/** A desired state with the texts that tell whether two differ, and where. */
export interface MeasuredState {
  readonly state: DesiredState;
  readonly keys: ReadonlyMap<string, { readonly record: ApiKeyRecord; readonly text: string }>;
  readonly sections: ReadonlyMap<Section, string>;
  readonly hash: string;
}

export interface VersionedState extends MeasuredState {
  readonly revision: number;
}

export function measure(state: DesiredState): MeasuredState {
  const keys = new Map(state.keys.map((record) => [record.id, { record, text: JSON.stringify(record) }]));
  const sections = new Map(SECTIONS.map((section) => [section, JSON.stringify(state[section])] as const));
  const hash = createHash('sha256');
  for (const { text } of keys.values()) hash.update(text);
  for (const text of sections.values()) hash.update(text);
  return { state, keys, sections, hash: hash.digest('hex') };
}

/** The message that brings an agent from one revision to another. */
export function patchBetween(before: VersionedState, after: VersionedState): StateMessage {
  const upsert: ApiKeyRecord[] = [];
  for (const [id, { record, text }] of after.keys) {
    if (before.keys.get(id)?.text !== text) upsert.push(record);
  }
  const remove = [...before.keys.keys()].filter((id) => !after.keys.has(id));
  const changed = SECTIONS.filter((section) => before.sections.get(section) !== after.sections.get(section));
  return {
    type: 'patch',
    base: before.revision,
    revision: after.revision,
    ...(upsert.length + remove.length > 0 ? { keys: { upsert, remove } } : {}),
    sections: Object.fromEntries(changed.map((section) => [section, after.state[section]])),
  };
}
