import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { AppError } from '../app-error.ts';

/** Memory limit for all bodies that are being decompressed and parsed in this process. */
const TOTAL_BYTES_MAX = 512 * 1024 * 1024;
/** Decompressed size that is always permitted; larger bodies may decompress to `RATIO_MAX` times their size. */
const FREE_BYTES = 4 * 1024 * 1024;
const RATIO_MAX = 500;
const WAIT_MS = 10_000;

const unpackers = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) };

/** Memory budget in bytes, granted in order of request. */
class ByteBudget {
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly grant: () => void }[] = [];

  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** Takes bytes from the budget. @throws AppError `unavailable` when they are not granted within `waitMs`. */
  async take(bytes: number, waitMs: number): Promise<void> {
    if (this.#waiting.length > 0 || this.#free < bytes) await this.#turn(bytes, waitMs);
    else this.#free -= bytes;
  }

  giveBack(bytes: number): void {
    this.#free += bytes;
    this.#grantWaiting();
  }

  #turn(bytes: number, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = {
        bytes,
        grant: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        this.#grantWaiting();
        reject(
          new AppError('unavailable', 'The platform is processing too many large requests.', {
            fix: 'Try again in a few seconds.',
            retryAfterSeconds: 5,
          }),
        );
      }, waitMs);
      this.#waiting.push(entry);
    });
  }

  #grantWaiting(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.grant();
    }
  }
}

const budget = new ByteBudget(TOTAL_BYTES_MAX);

/**
 * Decompresses a body (gzip, zstd) and returns the result of `use`. Reserves the maximum decompressed size first, and the
 * actual size until `use` has finished.
 * @throws AppError `too-large`, `unavailable` or `invalid-request`.
 */
export async function withUnpacked<T>(
  body: { readonly bytes: Buffer; readonly encoding: string | undefined; readonly bytesMax: number },
  use: (bytes: Buffer) => T | Promise<T>,
): Promise<T> {
  const { bytes, encoding, bytesMax } = body;
  const isPacked = encoding !== undefined && encoding !== 'identity';
  let reserved = isPacked ? Math.min(bytesMax, FREE_BYTES + RATIO_MAX * bytes.length) : bytes.length;
  if (reserved > bytesMax) throw tooLarge(bytesMax);
  await budget.take(reserved, WAIT_MS);
  try {
    const unpacked = isPacked ? await unpack(bytes, encoding, reserved) : bytes;
    budget.giveBack(reserved - unpacked.length);
    reserved = unpacked.length;
    return await use(unpacked);
  } finally {
    budget.giveBack(reserved);
  }
}

async function unpack(bytes: Buffer, encoding: string, bytesMax: number): Promise<Buffer> {
  if (encoding !== 'gzip' && encoding !== 'zstd') {
    throw new AppError('invalid-request', `Content encoding ${encoding} is not supported.`, {
      fix: 'Use zstd or gzip.',
    });
  }
  try {
    return await unpackers[encoding](bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(bytesMax);
    throw new AppError('invalid-request', `The request body is not valid ${encoding}.`, { cause });
  }
}

function tooLarge(limit: number): AppError {
  return new AppError('too-large', `The decompressed request body is larger than ${limit} bytes.`);
}
