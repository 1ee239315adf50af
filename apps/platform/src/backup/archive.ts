import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';

/** Bytes of a table's rows in one entry: tar needs the length of an entry before its content. */
const PART_BYTES = 1 << 20;

/** Writes the entries of a tar archive in order, with back-pressure. */
export class ArchiveWriter {
  readonly #pack = pack();
  /** The archive; it ends after {@link finish}. */
  readonly stream = Readable.from(this.#pack, { objectMode: false });

  /** Writes one entry. */
  async add(name: string, content: Buffer | string): Promise<void> {
    const bytes = Buffer.from(content);
    await new Promise<void>((resolve, reject) => {
      const entry = this.#pack.entry({ name, size: bytes.length, mode: 0o600 }, (error) =>
        error ? reject(error) : resolve(),
      );
      entry.end(bytes);
    });
  }

  /** Returns a function that collects bytes into entries `<folder>/000001` and so on, and one that writes the rest. */
  parts(folder: string) {
    let waiting: Buffer[] = [];
    let length = 0;
    let number = 0;
    const flush = async (): Promise<void> => {
      if (length === 0) return;
      number += 1;
      const part = Buffer.concat(waiting);
      waiting = [];
      length = 0;
      await this.add(`${folder}/${String(number).padStart(6, '0')}`, part);
    };
    const take = (bytes: Buffer): void | Promise<void> => {
      waiting.push(bytes);
      length += bytes.length;
      return length >= PART_BYTES ? flush() : undefined;
    };
    return { take, flush };
  }

  finish(): void {
    this.#pack.finalize();
  }

  /** Ends the archive as one that is broken. */
  fail(error: Error): void {
    this.#pack.destroy(error);
  }
}

/** An entry of an archive; it must be read before the next one. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content: AsyncIterable<Buffer>;
}

/** Returns the entries of a tar archive in order. */
export async function* readArchive(archive: Readable): AsyncGenerator<ArchiveEntry> {
  const reader = extract();
  const fail = (error: Error) => reader.destroy(error);
  if (archive.errored) fail(archive.errored);
  archive.on('error', fail);
  archive.pipe(reader);
  for await (const entry of reader) {
    yield { name: entry.header.name, content: entry as AsyncIterable<Buffer> };
  }
}

/** Returns the content of a small entry as text. @throws RangeError when it is longer than `bytesMax`. */
export async function readText({ content }: ArchiveEntry, bytesMax: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of content) {
    length += part.length;
    if (length > bytesMax) throw new RangeError(`an entry is longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
