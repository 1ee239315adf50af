import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError } from '../../http/app-error.ts';
import { readBody } from '../../http/body.ts';

const SENT_BYTES_MAX = 64 * 1024 * 1024;
/** Ten thousand objects of ten kilobytes, and as much again. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

const unpackers = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) };

/** The JSON body of an agent's request, unpacked and parsed; bounded before and after unpacking. */
export async function readAgentBody<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  const text = await unpack(await readBody(c, SENT_BYTES_MAX), c.req.header('content-encoding'));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not JSON.', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
  throw new AppError(
    'invalid-request',
    `${fields[0]?.field ?? ''}: ${fields[0]?.message ?? 'not understood'}`,
    {
      fields,
      fix: 'Agent and platform differ in version; update the older one.',
    },
  );
}

async function unpack(bytes: Buffer, encoding: string | undefined): Promise<string> {
  if (encoding === undefined) return bytes.toString('utf8');
  if (encoding !== 'gzip' && encoding !== 'zstd') {
    throw new AppError('invalid-request', `The content encoding ${encoding} is not understood.`, {
      fix: 'Use zstd or gzip.',
    });
  }
  try {
    return (await unpackers[encoding](bytes, { maxOutputLength: UNPACKED_BYTES_MAX })).toString('utf8');
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(UNPACKED_BYTES_MAX);
    throw new AppError('invalid-request', `The body is not ${encoding}.`, { cause });
  }
}

function tooLarge(limit: number): AppError {
  return new AppError('too-large', `The body is larger than ${limit} bytes.`);
}
