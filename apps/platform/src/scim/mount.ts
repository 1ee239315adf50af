import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { RouteDefinition } from '@portolan/contract/route';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import { AppError } from '../app-error.ts';
import { hashToken, isWellFormed } from '../auth/secret-token.ts';
import type { Actor } from '../db/audit-chain.ts';
import { runUnitOfWork, type UnitOfWork } from '../db/unit-of-work.ts';
import { baseUrlOf } from '../http/base-url.ts';
import { withInput, type ParsedInput } from '../http/input.ts';
import { remoteAddressOf } from '../http/origin.ts';
import type { Api } from '../platform.ts';
import type { Attributes } from './resource.ts';
import { useToken } from './token-store.ts';

/** Request to the SCIM endpoint of a workspace. */
export type ScimCall<R extends RouteDefinition> = ParsedInput<R> & {
  readonly workspace: string;
  /** URL of the endpoint. */
  readonly base: string;
  readonly header: (name: string) => string | undefined;
};

/** Response: a resource or list, or its status alone. */
export interface ScimAnswer {
  readonly status?: 200 | 201 | 204 | 304;
  readonly body?: Attributes;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Mounts a route of the SCIM endpoint: authenticates the client by its token, parses the input and runs the handler in a
 * transaction. Errors take the form of RFC 7644 §3.12 in the error handler of the application.
 */
export function mountScim<R extends RouteDefinition>(
  api: Api,
  route: R,
  handler: (call: ScimCall<R>, work: UnitOfWork) => Promise<ScimAnswer>,
): void {
  api.routes.push(route);
  api.app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    const { actor, workspace } = await authenticateClient(api, c);
    const scope = { workspace, actor, mutates: route.method !== 'GET' };
    const answer = await withInput(c, route, (input) => {
      const base = `${baseUrlOf(api.config, c.env.incoming)}/scim/v2/${workspace}`;
      const header = (name: string) => c.req.header(name);
      const call = { ...input, workspace, base, header } as unknown as ScimCall<R>;
      return runUnitOfWork(api.db, scope, (work) => handler(call, work));
    });
    const { status = route.status, body, headers } = answer;
    if (body === undefined) return c.body(null, status as 204, headers);
    return c.body(JSON.stringify(body), status as 200, {
      'content-type': 'application/scim+json',
      ...headers,
    });
  });
}

/** Returns the SCIM client of a request. @throws AppError `not-signed-in`, also for the token of another workspace. */
async function authenticateClient(
  api: Api,
  c: Context<{ Bindings: HttpBindings }>,
): Promise<{ readonly actor: Actor; readonly workspace: string }> {
  const token = /^Bearer (\S{20,200})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
  const row = isWellFormed(token, SECRET_PREFIXES.scimToken)
    ? await useToken(api.db, hashToken(token))
    : undefined;
  if (row?.workspace.id !== c.req.param('workspace') || row === undefined)
    throw new AppError(
      'not-signed-in',
      'The SCIM token is missing, expired, revoked, or of another workspace.',
      {
        fix: 'Create a token with `portolan create scim-token` and send it as Authorization: Bearer TOKEN.',
      },
    );
  const { id, name, workspace } = row;
  const remoteAddress = remoteAddressOf(c);
  return { actor: { kind: 'scim', id, name, origin: 'scim', remoteAddress }, workspace: workspace.id };
}
