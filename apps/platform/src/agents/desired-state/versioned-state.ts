import { createHash } from 'node:crypto';
import type { DesiredState, StateMessage } from '@portolan/contract/desired-state';
import type { KeyPatch } from './key-table.ts';

/** Everything wanted of one cluster but the keys, which are those of its workspace. */
export type Sections = Omit<DesiredState, 'keys'>;

const SECTIONS = [
  'apiAuth',
  'domains',
  'certificates',
  'objects',
  'tunnels',
  'portals',
  'publicCertificates',
  'commands',
] as const satisfies readonly (keyof Sections)[];

/** Sections with the texts that tell whether two differ, and where. */
export interface MeasuredSections {
  readonly sections: Sections;
  readonly texts: ReadonlyMap<keyof Sections, string>;
  readonly hash: string;
}

/** What was wanted of a cluster at a revision. */
export interface VersionedState {
  readonly revision: number;
  readonly hash: string;
  readonly measured: MeasuredSections;
  /** Version of the workspace's keys that is at least in it. */
  readonly keysVersion: number;
}

export function measure(sections: Sections): MeasuredSections {
  const texts = new Map(
    SECTIONS.map((section) => [section, JSON.stringify(sections[section] ?? null)] as const),
  );
  const hash = createHash('sha256');
  for (const text of texts.values()) hash.update(text);
  return { sections, texts, hash: hash.digest('hex') };
}

/** Returns the hash of a whole state: equal for equal content, on every replica. */
export function hashOf({ hash }: MeasuredSections, keysDigest: string): string {
  return createHash('sha256').update(hash).update(keysDigest).digest('hex');
}

/** Returns the message that brings an agent from one revision to another, given what leads from the keys of the one to those of the other. */
export function patchBetween(before: VersionedState, after: VersionedState, keys: KeyPatch): StateMessage {
  const { sections, texts } = after.measured;
  const changed = SECTIONS.filter((section) => before.measured.texts.get(section) !== texts.get(section));
  return {
    type: 'patch',
    base: before.revision,
    revision: after.revision,
    ...(keys.upsert.length + keys.remove.length > 0 ? { keys } : {}),
    sections: Object.fromEntries(changed.map((section) => [section, sections[section]])),
  };
}
