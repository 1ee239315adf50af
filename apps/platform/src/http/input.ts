import type { Context } from 'hono';
import type { z } from 'zod';
import type { RouteDefinition } from '@portolan/contract/route';
import { AppError } from '../app-error.ts';
import { requireShallow } from './nesting.ts';
import { readBody } from './body.ts';
import { withUnpacked } from './unpack.ts';

/** Of callers without a credential. */
const PUBLIC_BYTES_MAX = 64 * 1024;
const BODY_BYTES_MAX = 10 * 1024 * 1024;
/** Before unpacking. */
const SENT_BYTES_MAX = 64 * 1024 * 1024;
const FIELDS_MAX = 50;
/** The only ways in which JSON in UTF-8 can hold what PostgreSQL does not store: NUL and half a surrogate pair. */
const ESCAPES = /\\u0000|\\u[dD][89a-fA-F]/;

type Parsed<R, K extends 'params' | 'query' | 'body'> = R extends {
  readonly [P in K]: infer S extends z.ZodType;
}
  ? { readonly [P in K]: z.output<S> }
  : unknown;

/** A route's input after its schemas. */
export type ParsedInput<R extends RouteDefinition> = Parsed<R, 'params'> &
  Parsed<R, 'query'> &
  Parsed<R, 'body'>;

/**
 * Returns what `use` makes of the request's params, query and body, parsed by the route's schemas; fails with everything
 * that is wrong at once. The memory of a large body counts against the process's budget until `use` is done.
 */
export async function withInput<T>(
  c: Context,
  route: RouteDefinition,
  use: (input: Record<string, unknown>) => Promise<T>,
): Promise<T> {
  if (!route.body) return use(parseInput(c, route, {}));
  const bytesMax = route.bodyBytesMax ?? (route.permission === 'public' ? PUBLIC_BYTES_MAX : BODY_BYTES_MAX);
  const bytes = await readBody(c, Math.min(bytesMax, SENT_BYTES_MAX));
  const encoding = c.req.header('content-encoding');
  return withUnpacked({ bytes, encoding, bytesMax }, (unpacked) =>
    use(parseInput(c, route, { body: parseJson(unpacked) })),
  );
}

function parseInput(
  c: Context,
  route: RouteDefinition,
  { body }: { readonly body?: unknown },
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const fields: { field: string; message: string }[] = [];
  const parts = { params: c.req.param(), query: c.req.query(), body };
  for (const part of ['params', 'query', 'body'] as const) {
    const result = route[part]?.safeParse(parts[part]);
    if (result?.success) input[part] = result.data;
    for (const issue of result?.error?.issues ?? []) {
      fields.push({ field: issue.path.join('.') || part, message: issue.message });
    }
  }
  refuseUnstorable('', Object.values(parts.params).join(''));
  refuseUnstorable('', Object.values(parts.query).join(''));
  const [first] = fields;
  if (!first) return input;
  throw new AppError('invalid-request', `${first.field}: ${first.message}`, {
    fields: fields.slice(0, FIELDS_MAX),
    fix: isOfProgram(route)
      ? 'The two programs differ in version; update the older one.'
      : 'Correct the fields named and send it again.',
  });
}

function isOfProgram({ permission }: RouteDefinition): boolean {
  return permission === 'agent' || permission === 'agent-token' || permission === 'broker';
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  const text = bytes.toString('utf8');
  requireShallow(text);
  try {
    return ESCAPES.test(text) ? JSON.parse(text, refuseUnstorable) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid-request', 'The body is not JSON.', {
      fix: 'Send a JSON document with Content-Type: application/json.',
      cause,
    });
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function refuseUnstorable(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed())) {
      throw new AppError('invalid-request', `${key || 'A value'} holds characters that are not text.`, {
        ...(key === '' ? {} : { fields: [{ field: key, message: 'holds characters that are not text' }] }),
        fix: 'Remove NUL characters and broken surrogate pairs.',
      });
    }
  }
  return value;
}
