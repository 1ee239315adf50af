import type { Context } from 'hono';
import type { z } from 'zod';
import type { RouteDefinition } from '@portolan/contract/route';
import { AppError } from '../app-error.ts';
import { requireBoundedNesting } from './nesting.ts';
import { readBody } from './body.ts';
import { withUnpacked } from './unpack.ts';

/** Body limit for callers without credentials. */
const PUBLIC_BYTES_MAX = 64 * 1024;
const BODY_BYTES_MAX = 10 * 1024 * 1024;
/** Body limit before decompression. */
const SENT_BYTES_MAX = 64 * 1024 * 1024;
const FIELDS_MAX = 50;
/** JSON escapes for text that PostgreSQL cannot store: NUL and unpaired surrogates. UTF-8 cannot contain these otherwise. */
const ESCAPES = /\\u0000|\\u[dD][89a-fA-F]/;

type Parsed<R, K extends 'params' | 'query' | 'body'> = R extends {
  readonly [P in K]: infer S extends z.ZodType;
}
  ? { readonly [P in K]: z.output<S> }
  : unknown;

/** Input of a route after validation by its schemas. */
export type ParsedInput<R extends RouteDefinition> = Parsed<R, 'params'> &
  Parsed<R, 'query'> &
  Parsed<R, 'body'>;

/**
 * Parses the request's params, query and body by the route's schemas, and returns the result of `use`. A large body counts
 * against the memory budget of the process until `use` has finished.
 * @throws AppError `invalid-request` with all invalid fields, `too-large` or `unavailable`.
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
  requireStorable('', Object.values(parts.params).join(''));
  requireStorable('', Object.values(parts.query).join(''));
  const [first] = fields;
  if (!first) return input;
  throw new AppError('invalid-request', `${first.field}: ${first.message}`, {
    fields: fields.slice(0, FIELDS_MAX),
    fix: isOfProgram(route)
      ? 'Client and platform may have different versions; update the older one.'
      : 'Correct the listed fields and try again.',
  });
}

function isOfProgram({ permission }: RouteDefinition): boolean {
  return permission === 'agent' || permission === 'agent-token' || permission === 'broker';
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  const text = bytes.toString('utf8');
  requireBoundedNesting(text);
  try {
    return ESCAPES.test(text) ? JSON.parse(text, requireStorable) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid-request', 'The request body is not valid JSON.', {
      fix: 'Send a JSON document with Content-Type: application/json.',
      cause,
    });
  }
}

/**
 * Requires text that PostgreSQL can store, without NUL and unpaired surrogates; a `JSON.parse` reviver.
 * @throws AppError `invalid-request`.
 */
function requireStorable(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed())) {
      throw new AppError('invalid-request', `${key || 'A value'} contains invalid characters.`, {
        ...(key === '' ? {} : { fields: [{ field: key, message: 'contains invalid characters' }] }),
        fix: 'Remove NUL characters and unpaired surrogates.',
      });
    }
  }
  return value;
}
