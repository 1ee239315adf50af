import type { Context } from 'hono';
import { AppError } from '../app-error.ts';

/** Returns the request's whole body; fails with `too-large` as soon as it is larger than `bytesMax`. */
export async function readBody(c: Context, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = Number(c.req.header('content-length') ?? 0);
  if (size <= bytesMax && c.req.raw.body) {
    size = 0;
    for await (const chunk of c.req.raw.body) {
      size += chunk.length;
      if (size > bytesMax) break;
      chunks.push(chunk);
    }
  }
  if (size > bytesMax)
    throw new AppError('too-large', `The body is larger than ${bytesMax} bytes.`, {
      fix: 'Send less at once.',
    });
  return Buffer.concat(chunks);
}
