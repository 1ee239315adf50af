import { dictionary } from '@portolan/contract/dictionary';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const TYPES = dictionary<string>({
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  woff2: 'font/woff2',
});

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
/** Smaller files gain nothing. */
const COMPRESS_FROM_BYTES = 1024;

export type Encoding = 'br' | 'gzip' | 'identity';

export interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  /** Returns the content in an encoding. */
  body(encoding: Encoding): Promise<Buffer>;
}

/** The files of a built console, read when they are first asked for and kept in memory, compressed once. */
export class ConsoleFiles {
  readonly #directory: string;
  readonly #kept = new Map<string, Promise<ConsoleFile | null>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Returns the page that starts the console; null while it is not built. It is read anew, as another build replaces it. */
  async page(): Promise<ConsoleFile | null> {
    return this.#read('index.html');
  }

  /** Returns a file with a hash of its content in its name; null when there is none of this name. */
  async asset(name: string): Promise<ConsoleFile | null> {
    if (!/^[\w-][\w.-]*$/.test(name)) return null;
    const kept = this.#kept.get(name) ?? this.#read(join('assets', name));
    this.#kept.set(name, kept);
    const file = await kept;
    if (file === null) this.#kept.delete(name);
    return file;
  }

  async #read(path: string): Promise<ConsoleFile | null> {
    const content = await readFile(join(this.#directory, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (content === null) return null;
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    return { type, etag, body: once(content) };
  }
}

/** Returns a function that compresses a content at most once in each encoding. */
function once(content: Buffer): (encoding: Encoding) => Promise<Buffer> {
  const made = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(content)]]);
  return (encoding) => {
    const known = made.get(encoding);
    if (known !== undefined) return known;
    const body =
      encoding === 'br'
        ? compressBrotli(content, QUALITY)
        : compressGzip(content, { level: constants.Z_BEST_COMPRESSION });
    made.set(encoding, body);
    return body;
  };
}

/** Returns the best encoding that an `Accept-Encoding` header allows for so many bytes (RFC 9110 §12.5.3). */
export function chooseEncoding(accept: string, bytes: number): Encoding {
  if (bytes < COMPRESS_FROM_BYTES) return 'identity';
  const allowed = new Set(
    accept
      .split(',')
      .map((part) => part.trim().split(';'))
      .filter(([, weight = '']) => !/q=0(?:\.0+)?$/.test(weight.trim()))
      .map(([name = '']) => name.trim().toLowerCase()),
  );
  return allowed.has('br') ? 'br' : allowed.has('gzip') ? 'gzip' : 'identity';
}
