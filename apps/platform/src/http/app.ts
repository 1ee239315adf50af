import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Api, Capability, Platform } from '../platform.ts';
import { AppError } from '../app-error.ts';
import { openApiDocument } from './openapi.ts';
import { isScim, scimErrorResponse } from './scim-error.ts';

const OPENAPI_PATH = '/api/v1/openapi.json';

/** Creates the HTTP application: error handling and health checks, the routes of all capabilities, and the OpenAPI document. */
export function createApp(platform: Platform, capabilities: readonly Capability[], version: string): Api {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const api: Api = { ...platform, app, routes: [] };
  app.onError((error, c) => {
    const refusal = error instanceof AppError ? error : unexpected(platform, error, c.req.method, c.req.path);
    if (isScim(c.req.path)) return scimErrorResponse(c, refusal);
    const { retryAfterSeconds } = refusal.options;
    if (retryAfterSeconds !== undefined) c.header('retry-after', String(retryAfterSeconds));
    if (refusal.status === 401) c.header('www-authenticate', 'Bearer');
    return c.json(refusal.body, refusal.status as 400);
  });
  app.notFound((c) => {
    const refusal = noRoute(c.req.method, c.req.path);
    return isScim(c.req.path) ? scimErrorResponse(c, refusal) : c.json(refusal.body, 404);
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    await platform.db.$client.query('select 1');
    return c.json({ status: 'ready' });
  });
  for (const capability of capabilities) capability.routes?.(api);
  let document: string | undefined;
  app.get(OPENAPI_PATH, (c) => {
    document ??= JSON.stringify(openApiDocument(api.routes, version));
    return c.body(document, 200, { 'content-type': 'application/json' });
  });
  return api;
}

function noRoute(method: string, path: string): AppError {
  return new AppError('not-found', `There is no route ${method} ${path}.`, {
    fix: `See ${OPENAPI_PATH} for all API routes, or use the \`portolan\` command.`,
  });
}

function unexpected(platform: Platform, error: Error, method: string, path: string): AppError {
  const id = randomUUID();
  // The message of a failed query contains its parameters, which may be secrets: only PostgreSQL's own message is logged.
  const root = error.cause instanceof Error ? error.cause : error;
  if (isDatabaseAway(root)) {
    platform.log.warn({ event: 'request.database-away', method, path, error: root.message });
    return new AppError('unavailable', 'The platform cannot reach its database.', {
      fix: 'Try again in a few seconds.',
      retryAfterSeconds: 2,
    });
  }
  if (codeOf(root) === '22021')
    return new AppError('invalid-request', 'The request contains invalid characters.', {
      fix: 'Remove NUL characters.',
    });
  platform.log.error({ event: 'request.failed', id, method, path, error: root.message, stack: root.stack });
  return new AppError('internal', 'The request failed because of an internal error.', {
    fix: `Search the platform's log for ${id}.`,
    id,
  });
}

/**
 * Returns whether the database is unreachable: refused or lost connections, or PostgreSQL error class 08 or 57P0x (shutdown,
 * startup, crash).
 */
function isDatabaseAway(error: Error): boolean {
  return (
    /^(ECONN|EPIPE|08|57P0)/.test(codeOf(error)) ||
    /^(Connection terminated|timeout exceeded when trying)/.test(error.message)
  );
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
