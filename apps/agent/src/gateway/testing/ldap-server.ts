import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { BerReader, BerWriter } from 'ldapts';
import { onTestFinished } from 'vitest';

/** RFC 4511 §4.2, §4.5, §4.3: application tags of the messages that are spoken here. */
const BIND = 0x60;
const BIND_RESPONSE = 0x61;
const UNBIND = 0x42;
const SEARCH = 0x63;
const ENTRY = 0x64;
const SEARCH_DONE = 0x65;
const EQUALITY = 0xa3;
const PRESENT = 0x87;
const SET = 0x31;
const SIMPLE = 0x80;
const INVALID_CREDENTIALS = 49;
const NO_SUCH_OBJECT = 32;

export interface DirectoryEntry {
  readonly dn: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Directory {
  readonly url: string;
  /** Names that were bound, in order. */
  readonly binds: readonly string[];
}

/** Starts a directory of a few entries that speaks LDAPv3: simple binds, and searches by one equality. */
export async function startDirectory(entries: readonly DirectoryEntry[]): Promise<Directory> {
  const binds: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let length = messageLength(received); length !== null; length = messageLength(received)) {
        const message = received.subarray(0, length);
        received = received.subarray(length);
        answer(socket, message, { entries, binds });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`, binds };
}

/** Length of the first whole message (X.690 §8.1.3); null while it is not there. */
function messageLength(bytes: Buffer): number | null {
  const first = bytes[1];
  if (first === undefined) return null;
  if (first < 0x80) return bytes.length >= 2 + first ? 2 + first : null;
  const count = first & 0x7f;
  if (bytes.length < 2 + count) return null;
  const length = bytes.readUIntBE(2, count) + 2 + count;
  return bytes.length >= length ? length : null;
}

function answer(
  socket: Socket,
  message: Buffer,
  { entries, binds }: { readonly entries: readonly DirectoryEntry[]; readonly binds: string[] },
): void {
  const reader = new BerReader(message);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence();
  if (operation === UNBIND) return void socket.end();
  if (operation === BIND) {
    reader.readInt();
    const dn = reader.readString() ?? '';
    const password = reader.readString(SIMPLE) ?? '';
    binds.push(dn);
    const entry = entries.find((one) => isSame(one.dn, dn));
    const isRight = entry !== undefined && entry.password === password;
    socket.write(result(id, BIND_RESPONSE, isRight ? 0 : INVALID_CREDENTIALS));
    return;
  }
  if (operation !== SEARCH) return void socket.write(result(id, SEARCH_DONE, NO_SUCH_OBJECT));
  const base = reader.readString() ?? '';
  for (let skipped = 0; skipped < 2; skipped++) reader.readEnumeration();
  for (let skipped = 0; skipped < 2; skipped++) reader.readInt();
  reader.readBoolean();
  const filter = reader.peek();
  // A search for whatever is at a name, as users are read.
  if (filter === PRESENT) {
    const found = entries.find((entry) => isSame(entry.dn, base));
    if (found !== undefined) socket.write(entryMessage(id, found));
    socket.write(result(id, SEARCH_DONE, found === undefined ? NO_SUCH_OBJECT : 0));
    return;
  }
  const isEquality = reader.readSequence() === EQUALITY;
  const attribute = isEquality ? (reader.readString() ?? '') : '';
  const value = isEquality ? (reader.readString() ?? '') : '';
  for (const entry of entries)
    if (isSame(entry.attributes[attribute] ?? '', value))
      socket.write(entryMessage(id, { dn: entry.dn, attributes: {} }));
  socket.write(result(id, SEARCH_DONE, 0));
}

/** Names match whatever their case and the spaces at their ends (caseIgnoreMatch, RFC 4517 §4.2.11). */
function isSame(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function result(id: number, tag: number, code: number): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString('');
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

function entryMessage(id: number, { dn, attributes }: Pick<DirectoryEntry, 'dn' | 'attributes'>): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(ENTRY);
  writer.writeString(dn);
  writer.startSequence();
  for (const [name, value] of Object.entries(attributes)) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(SET);
    writer.writeString(value);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
