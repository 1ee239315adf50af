import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setFuses, wrongFuses } from './fuses.ts';

// The fuse wire of a binary as Electron documents it: sentinel, version of the schema, number of fuses, one character each.
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
let folder: string;
let binary: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-fuses-'));
  binary = join(folder, 'portolan');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function wire(states: string): Buffer {
  return Buffer.concat([
    Buffer.alloc(500, 7),
    Buffer.from(SENTINEL),
    Buffer.from([1, states.length]),
    Buffer.from(states),
    Buffer.alloc(500, 9),
  ]);
}

test('every fuse is set as the list has it, and read back', async () => {
  await writeFile(binary, wire('110110011'));
  expect(await wrongFuses(binary)).toEqual(
    expect.arrayContaining([
      'RunAsNode',
      'EnableNodeCliInspectArguments',
      'GrantFileProtocolExtraPrivileges',
    ]),
  );
  await setFuses(binary);
  expect(await wrongFuses(binary)).toEqual([]);
});

test('an Electron with a fuse that the list does not have is refused', async () => {
  await writeFile(binary, wire('1101100111'));
  await expect(setFuses(binary)).rejects.toThrow(/fuse/i);
});
