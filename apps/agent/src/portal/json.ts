import { PlatformError } from '@portolan/contract/client';
import { readBody } from '../gateway/exchange/read-body.ts';
import type { Reply } from '../gateway/http/reply.ts';
import type { PortalRequest } from './portal-request.ts';

const BODY_BYTES_MAX = 16 * 1024;

/** Fields of responses for the caller alone. */
export const PRIVATE = [
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
  'X-Robots-Tag',
  'noindex',
];

export function jsonReply(status: number, body: unknown): Reply {
  return { status, headers: ['Content-Type', 'application/json', ...PRIVATE], body: JSON.stringify(body) };
}

/** Reads a JSON object; an empty one of a request without a body. @throws PlatformError for anything else. */
export async function readJson({ exchange }: PortalRequest): Promise<Record<string, unknown>> {
  if (!exchange.hasBody) return {};
  const body = await readBody(exchange, BODY_BYTES_MAX);
  try {
    const value: unknown = JSON.parse(body?.toString() ?? '');
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Refused below, as anything else that is no object.
  }
  throw new PlatformError({ code: 'invalid-request', message: 'The body is not a JSON object.' }, 400);
}
