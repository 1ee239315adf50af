import type { Context } from 'hono';
import { AppError } from '../app-error.ts';

/** Reads the whole request body. @throws AppError `too-large` as soon as it exceeds `bytesMax`. */
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
    throw new AppError('too-large', `The request body is larger than ${bytesMax} bytes.`, {
      fix: 'Send a smaller body, or split the request.',
    });
  return Buffer.concat(chunks);
}
