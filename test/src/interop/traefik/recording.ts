import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fixture, Outcome, Received } from './fixture.ts';

const FILE = join(import.meta.dirname, '../../../interop/traefik/recorded.jsonl');
const GO_MOD = join(import.meta.dirname, '../../../interop/traefik/go.mod');

/** What Traefik did with the requests of a corpus. */
export interface Recording {
  readonly traefik: string;
  readonly seed: number;
  /** Of the corpus that was sent. */
  readonly digest: string;
  /** By the name of the fixture; one for each of its cases. */
  readonly outcomes: ReadonlyMap<string, readonly Outcome[]>;
}

type Head = Omit<Recording, 'outcomes'>;
/** Lists of fields recur, so each is written once and then named by its position. */
type Packed<T> = Omit<T, 'headers' | 'received'> & { readonly headers: number };
type PackedOutcome = Packed<Outcome> & { readonly received: readonly Packed<Received>[] };

/** Returns a hash of all manifests and requests. */
export function digestOf(fixtures: readonly Fixture[]): string {
  return createHash('sha256').update(JSON.stringify(fixtures)).digest('hex').slice(0, 16);
}

/** Returns the version of Traefik that the module under test/interop builds. */
export async function traefikVersion(): Promise<string> {
  const [, version] = /traefik\/traefik\/v3 (v\S+)/.exec(await readFile(GO_MOD, 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${GO_MOD} requires no version of Traefik.`);
  return version;
}

export async function readRecording(): Promise<Recording> {
  const [head = '', lists = '', ...lines] = (await readFile(FILE, 'utf8')).trimEnd().split('\n');
  const fields = JSON.parse(lists) as readonly (readonly string[])[];
  const unpack = <T extends { readonly headers: number }>(item: T) => ({
    ...item,
    headers: fields[item.headers] ?? [],
  });
  const outcomes = lines.map((line) => {
    const [name, packed] = JSON.parse(line) as readonly [string, readonly PackedOutcome[]];
    const unpacked = packed.map((item) => ({ ...unpack(item), received: item.received.map(unpack) }));
    return [name, unpacked] as const;
  });
  return { ...(JSON.parse(head) as Head), outcomes: new Map(outcomes) };
}

export async function writeRecording({ outcomes, ...head }: Recording): Promise<void> {
  const positions = new Map<string, number>();
  const pack = <T extends { readonly headers: readonly string[] }>(item: T) => {
    const text = JSON.stringify(item.headers);
    const position = positions.get(text) ?? positions.size;
    positions.set(text, position);
    return { ...item, headers: position };
  };
  const lines = [...outcomes].map(([name, items]) =>
    JSON.stringify([name, items.map((item) => ({ ...pack(item), received: item.received.map(pack) }))]),
  );
  const lists = `[${[...positions.keys()].join(',')}]`;
  await writeFile(FILE, `${[JSON.stringify(head), lists, ...lines].join('\n')}\n`);
}
