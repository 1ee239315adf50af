import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError } from '../../app-error.ts';
import { readBody } from '../../http/body.ts';
import { withUnpacked } from '../../http/unpack.ts';

const SENT_BYTES_MAX = 64 * 1024 * 1024;
/** Ten thousand objects of ten kilobytes, and as much again. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

/** Returns the JSON body of an agent's request, unpacked and parsed; bounded before and after unpacking. */
export async function readAgentBody<S extends z.ZodType>(
  c: Context,
  schema: S,
  bytesMax = { sent: SENT_BYTES_MAX, unpacked: UNPACKED_BYTES_MAX },
): Promise<z.output<S>> {
  const bytes = await readBody(c, bytesMax.sent);
  const encoding = c.req.header('content-encoding');
  return withUnpacked({ bytes, encoding, bytesMax: bytesMax.unpacked }, (unpacked) => {
    const parsed = schema.safeParse(parseJson(unpacked));
    if (parsed.success) return parsed.data;
    const fields = parsed.error.issues
      .slice(0, 20)
      .map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    throw new AppError(
      'invalid-request',
      `${fields[0]?.field ?? ''}: ${fields[0]?.message ?? 'not understood'}`,
      { fields, fix: 'Agent and platform differ in version; update the older one.' },
    );
  });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not JSON.', { cause });
  }
}
