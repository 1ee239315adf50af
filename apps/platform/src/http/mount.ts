import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { AgentIdentity } from '@portolan/contract/agent';
import type { Permission } from '@portolan/contract/permissions';
import type { RouteDefinition } from '@portolan/contract/route';
import { signOut, whoAmI } from '@portolan/contract/sessions';
import { authenticateLink, type LinkingAgent } from '../auth/agents.ts';
import { requireBroker, requireBrokerId, type BrokerIdentity } from '../auth/brokers.ts';
import { authenticateUser, type UserPrincipal } from '../auth/authenticate-user.ts';
import { authenticate, may, type Principal } from '../auth/authenticate.ts';
import { credentialOf } from '../auth/browser-session.ts';
import type { Actor } from '../db/audit-chain.ts';
import type { Api } from '../platform.ts';
import { ConcurrencyLimit } from '../auth/concurrency-limit.ts';
import { baseUrlOf } from './base-url.ts';
import { AppError, notFound } from '../app-error.ts';
import { withInput, type ParsedInput } from './input.ts';
import { actorOf, originOf, remoteAddressOf, userActorOf } from './origin.ts';
import { runUnitOfWork, type UnitOfWork } from '../db/unit-of-work.ts';

interface Principals {
  readonly public: null;
  readonly user: UserPrincipal;
  readonly agent: AgentIdentity;
  readonly 'agent-token': LinkingAgent;
  readonly broker: BrokerIdentity;
}
type Signed<R extends RouteDefinition> = R['permission'] extends keyof Principals
  ? Principals[R['permission']]
  : Principal;
/** Permissions of agents and brokers. Their reports are not changes by administrators, so they are not audited. */
type Machine = 'agent' | 'agent-token' | 'broker';
type WorkspaceOf<R extends RouteDefinition> = R['permission'] extends Permission | 'user'
  ? { readonly id: string; readonly name: string }
  : null;

/** Request that a handler receives, with its parsed input. */
type Call<R extends RouteDefinition> = ParsedInput<R> & {
  readonly principal: Signed<R>;
  readonly workspace: WorkspaceOf<R>;
  /** Actor in the audit log. */
  readonly actor: R['permission'] extends 'public' | Machine ? null : Actor;
  readonly remoteAddress: string | null;
  readonly origin: string;
  /** URL at which clients reach the platform. */
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  /** Request and response, for routes that read or set cookies. */
  readonly context: Context;
};

type Answer<R extends RouteDefinition> = R extends { readonly response: infer S extends z.ZodType }
  ? z.input<S>
  : void;

/** Handler that runs in one transaction, which commits its writes together with the audit event. */
export type Handler<R extends RouteDefinition> = (call: Call<R>, work: UnitOfWork) => Promise<Answer<R>>;

/** Handler of slow work (hashing, other systems), which opens its transactions itself. */
export type HandlerWithoutTransaction<R extends RouteDefinition> = (
  call: Call<R>,
  transact: <T>(run: (work: UnitOfWork) => Promise<T>) => Promise<T>,
) => Promise<Answer<R>>;

/**
 * Limit for filtered lists, which may occupy a database connection for seconds: leaves connections for other requests and
 * serves callers in turn.
 */
const filtering = new ConcurrencyLimit({ atOnce: 8, perClient: 2, waitingPerClient: 50 });

function isFiltered({ query }: Record<string, unknown>): boolean {
  return typeof query === 'object' && query !== null && 'filter' in query && query.filter !== undefined;
}

/**
 * Mounts a route of the contract: parses the input, authorises the caller, runs the handler in a transaction and validates the
 * response.
 */
export function mount<R extends RouteDefinition>(api: Api, route: R, handler: Handler<R>): void {
  serve(api, route, (call, transact) =>
    transact(async (work) => parseAnswer(route, await handler(call, work))),
  );
}

/** Mounts a route like `mount`, without a transaction around the handler. */
export function mountWithoutTransaction<R extends RouteDefinition>(
  api: Api,
  route: R,
  handler: HandlerWithoutTransaction<R>,
): void {
  serve(api, route, async (call, transact) => parseAnswer(route, await handler(call, transact)));
}

/** Returns the body of a response as the contract describes it; what does not match fails the request, and its transaction. */
function parseAnswer({ response }: RouteDefinition, answer: unknown): unknown {
  return response?.parse(answer);
}

/** Serves a route by a handler whose result is a parsed answer. */
function serve<R extends RouteDefinition>(
  api: Api,
  route: R,
  handler: (
    call: Call<R>,
    transact: <T>(run: (work: UnitOfWork) => Promise<T>) => Promise<T>,
  ) => Promise<unknown>,
): void {
  api.routes.push(route);
  api.app.on(route.method, honoPath(route), async (c) => {
    const { principal, workspace, actor } = await callerOf(api, c, route);
    const scope = {
      workspace: workspace?.id ?? null,
      actor,
      mutates: route.method !== 'GET' && route.permission !== 'public' && !isMachine(route.permission),
    };
    return withInput(c, route, async (input) => {
      const call = {
        ...input,
        principal,
        actor,
        workspace,
        remoteAddress: remoteAddressOf(c),
        origin: originOf(c),
        baseUrl: baseUrlOf(api.config, c.env.incoming),
        userAgent: (c.req.header('user-agent') ?? '').slice(0, 200),
        signal: c.req.raw.signal,
        context: c,
      } as unknown as Call<R>;
      const handle = () => handler(call, (run) => runUnitOfWork(api.db, scope, run));
      const answer: unknown = isFiltered(input)
        ? await filtering.run(actor?.id ?? '', handle)
        : await handle();
      if (!route.response) return c.body(null, route.status as 204);
      return c.json(answer as object, route.status as ContentfulStatusCode);
    });
  });
}

/** Mounts a route whose response is a stream. */
export function mountStream<R extends RouteDefinition>(
  api: Api,
  route: R,
  serve: (
    c: Context,
    call: ParsedInput<R> & { readonly principal: Signed<R> },
  ) => Promise<ReadableStream<Uint8Array> | Response>,
): void {
  api.routes.push(route);
  api.app.on(route.method, honoPath(route), async (c) => {
    const { principal } = await callerOf(api, c, route);
    return withInput(c, route, async (input) => {
      const answer = await serve(c, { ...input, principal } as never);
      if (answer instanceof Response) return answer;
      return c.body(answer, 200, { 'content-type': route.stream ?? 'application/octet-stream' });
    });
  });
}

interface Caller {
  readonly principal: Principals[keyof Principals] | Principal;
  readonly workspace: { readonly id: string; readonly name: string } | null;
  readonly actor: Actor | null;
}

async function callerOf(
  api: Api,
  c: Context<{ Bindings: HttpBindings }>,
  route: RouteDefinition,
): Promise<Caller> {
  if (route.permission === 'user') {
    const user = await authenticateUser(api.db, c.req.header('authorization'));
    return { principal: user, workspace: user.workspace, actor: userActorOf(c, user) };
  }
  if (isMachine(route.permission)) {
    return { principal: await machineOf(api, c, route.permission), workspace: null, actor: null };
  }
  const principal = await authorise(api, c, route);
  const membership = isPermission(route.permission) ? principal?.membership : null;
  const workspace = membership ? { id: membership.workspace, name: membership.name } : null;
  return { principal, workspace, actor: principal && actorOf(c, principal) };
}

async function machineOf(
  api: Api,
  c: Context<{ Bindings: HttpBindings }>,
  permission: Machine,
): Promise<Principals[Machine]> {
  const authorization = c.req.header('authorization');
  if (permission === 'agent') return api.agentSockets.require(c.env.incoming.socket);
  if (permission === 'agent-token') return authenticateLink(api.db, authorization);
  const broker = requireBroker(authorization, api.brokerSecret);
  const id = c.req.param('id');
  if (id !== undefined) requireBrokerId(broker, id);
  return broker;
}

function isMachine(permission: RouteDefinition['permission']): permission is Machine {
  return permission === 'agent' || permission === 'agent-token' || permission === 'broker';
}

function honoPath(route: RouteDefinition): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/**
 * Authorises a request; all access decisions are made here. A workspace that the caller is not a member of gives the same error
 * as one that does not exist.
 * @throws AppError `not-signed-in`, `not-allowed` or `not-found`.
 */
export async function authorise(
  api: Api,
  c: Context,
  { permission, method, path }: Pick<RouteDefinition, 'permission' | 'method' | 'path'>,
): Promise<Principal | null> {
  if (permission === 'public') return null;
  if (permission === 'user' || permission === 'scim' || isMachine(permission))
    throw new Error('users, agents, brokers and SCIM clients are authenticated separately');
  const workspace = isPermission(permission) ? (c.req.param('workspace') ?? '') : null;
  const principal = await authenticate(api.db, credentialOf(c, api.config), workspace);
  if (!isPermission(permission)) {
    if (principal.confinedTo !== null) requireUnconfined(principal, path);
    if (principal.scopes === null || method === 'GET') return principal;
    throw new AppError('not-allowed', 'A token with limited scopes cannot change account settings.', {
      fix: 'Sign in with your password.',
    });
  }
  if (!principal.membership) throw notFound(`workspace ${workspace}`);
  if (may(principal, permission)) return principal;
  throw new AppError('not-allowed', `This operation requires the permission ${permission}.`, {
    fix: principal.scopes
      ? 'Use a token with this scope, or sign in.'
      : `Your role in ${principal.membership.name} is ${principal.membership.role}. Ask an owner or admin for a role with this permission.`,
  });
}

/**
 * Requires a session that is not limited to a workspace: its identity provider must not manage the account.
 * @throws AppError `not-allowed`.
 */
function requireUnconfined({ confinedTo }: Principal, path: string): void {
  if (path === whoAmI.path || path === signOut.path) return;
  throw new AppError('not-allowed', `This single sign-on session is limited to workspace ${confinedTo}.`, {
    fix: 'Sign in with your password to manage your account.',
  });
}

function isPermission(permission: RouteDefinition['permission']): permission is Permission {
  return (
    permission !== 'public' &&
    permission !== 'signed-in' &&
    permission !== 'user' &&
    permission !== 'scim' &&
    !isMachine(permission)
  );
}
