import type { Context } from 'hono';
import type { z } from 'zod';
import type { RouteDefinition } from '@portolan/contract/route';
import { AppError } from '../app-error.ts';
import { readBody } from './body.ts';

/** Of someone who has not said who they are. */
const PUBLIC_BYTES_MAX = 64 * 1024;

type Parsed<R, K extends 'params' | 'query' | 'body'> = R extends {
  readonly [P in K]: infer S extends z.ZodType;
}
  ? { readonly [P in K]: z.output<S> }
  : unknown;

/** A route's input after its schemas. */
export type ParsedInput<R extends RouteDefinition> = Parsed<R, 'params'> &
  Parsed<R, 'query'> &
  Parsed<R, 'body'>;

/** Parses params, query and body by the route's schemas; everything wrong is told at once. */
export async function readInput(c: Context, route: RouteDefinition): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  const fields: { field: string; message: string }[] = [];
  const parse = (part: 'params' | 'query' | 'body', value: unknown): void => {
    const result = route[part]?.safeParse(value);
    if (result?.success) input[part] = result.data;
    for (const issue of result?.error?.issues ?? []) {
      fields.push({ field: issue.path.join('.') || part, message: issue.message });
    }
  };
  parse('params', c.req.param());
  parse('query', c.req.query());
  if (route.body)
    parse('body', await readJson(c, route.permission === 'public' ? PUBLIC_BYTES_MAX : undefined));
  if (fields.length === 0) JSON.stringify(input, (key, value: unknown) => refuseUnstorable(key, value));
  if (fields.length === 0) return input;
  const [first] = fields;
  throw new AppError('invalid-request', `${first?.field}: ${first?.message}`, {
    fields,
    fix: 'Correct the fields named and send it again.',
  });
}

async function readJson(c: Context, bytesMax: number | undefined): Promise<unknown> {
  const bytes = await readBody(c, bytesMax);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
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
        fix: 'Remove NUL characters and broken surrogate pairs.',
      });
    }
  }
  return value;
}
