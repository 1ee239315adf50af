import { createOwnKey as createRoute } from '@portolan/contract/self-service';
import { deleteCookie } from 'hono/cookie';
import type { UserPrincipal } from '../auth/authenticate-user.ts';
import { findActiveUser } from '../users/store.ts';
import { AppError } from '../app-error.ts';
import { readBody } from '../http/body.ts';
import { remoteAddressOf } from '../http/origin.ts';
import { runUnitOfWork, type UnitOfWork } from '../db/unit-of-work.ts';
import type { MountedIssuer, NodeContext } from '../identity/issuer/mount-issuer.ts';
import { parseSubject } from '../identity/issuer/subject.ts';
import type { Api } from '../platform.ts';
import { listOwnApis } from './own-apis.ts';
import { createOwnKey, deleteOwnKey, listOwnKeys, setOwnKeyState } from './own-keys.ts';
import { KEYS_PATH, LIFETIMES, selfServicePage, SIGN_OUT_PATH, type PageContent } from './page.ts';
import { getMe } from './me.ts';
import { PAGE_CLIENT, PAGE_PATH } from '../identity/issuer/users-realm.ts';

const FORM_BYTES_MAX = 4096;
const SAFE = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
const DAY_MS = 24 * 3600_000;

/**
 * Mounts the self-service page, where users see their APIs and manage their keys. It uses the browser's session at the users'
 * issuer.
 */
export function mountPage(api: Api, issuer: MountedIssuer): void {
  const { app } = api;
  const page = { api, issuer };
  for (const path of [PAGE_PATH, `${PAGE_PATH}/*`]) {
    app.use(path, async (c, next) => {
      c.header('content-security-policy', SAFE);
      c.header('cache-control', 'no-store');
      // With `no-referrer`, browsers would send `Origin: null` with the page's own forms (Fetch §4.5).
      c.header('referrer-policy', 'same-origin');
      if (c.req.method !== 'GET') requireSameOrigin(c as NodeContext, issuer);
      await next();
    });
  }
  app.get(PAGE_PATH, async (c: NodeContext) => {
    const user = await signedInUser(page, c);
    const wanted = c.req.query('workspace');
    if (user && (wanted === undefined || wanted === user.workspace.id)) return show(page, c, user);
    if (user) await endSession(page, c);
    const problem = c.req.query('error_description') ?? c.req.query('error');
    if (problem !== undefined)
      throw new AppError('not-signed-in', `Sign-in failed: ${problem.slice(0, 200)}.`, {
        fix: 'Open the page again to retry.',
      });
    return c.redirect(signInPath(issuer, wanted), 303);
  });
  app.post(KEYS_PATH, (c: NodeContext) =>
    change(page, c, async (work, user, form) => {
      const days = LIFETIMES.find((one) => String(one ?? '') === (form.get('days') ?? ''));
      if (days === undefined) throw new AppError('invalid-request', 'Choose one of the lifetimes offered.');
      const input = createRoute.body.safeParse({
        name: form.get('name') ?? '',
        ...(days !== null ? { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() } : {}),
      });
      if (input.success) return createOwnKey(work, user, input.data);
      const [issue] = input.error.issues;
      throw new AppError('invalid-request', `${issue?.path.join('.')}: ${issue?.message}.`);
    }),
  );
  app.post(`${KEYS_PATH}/:key`, (c: NodeContext) =>
    change(page, c, async (work, user, form) => {
      const id = c.req.param('key') ?? '';
      const wanted = form.get('change');
      if (wanted === 'delete') await deleteOwnKey(work, user, id);
      else await setOwnKeyState(work, user, { id, state: wanted === 'suspend' ? 'suspended' : 'active' });
      return null;
    }),
  );
  app.post(SIGN_OUT_PATH, async (c: NodeContext) => {
    const user = await signedInUser(page, c);
    await endSession(page, c);
    return c.redirect(
      user ? `${PAGE_PATH}?workspace=${encodeURIComponent(user.workspace.id)}` : PAGE_PATH,
      303,
    );
  });
}

/** Requires that a form was submitted from this origin (protection against CSRF). @throws AppError `not-allowed`. */
function requireSameOrigin(c: NodeContext, { baseUrl }: MountedIssuer): void {
  if (c.req.header('sec-fetch-site') === 'same-origin' || c.req.header('origin') === baseUrl(c)) return;
  throw new AppError('not-allowed', 'This form was submitted from another site.', {
    fix: `Open ${PAGE_PATH} and try again.`,
  });
}

interface Page {
  readonly api: Api;
  readonly issuer: MountedIssuer;
}

/** Returns the path at which the browser signs in for the page. */
function signInPath({ realm }: MountedIssuer, workspace: string | undefined): string {
  const query = new URLSearchParams({ client_id: PAGE_CLIENT, response_type: 'none', scope: 'openid' });
  if (workspace !== undefined) query.set('workspace', workspace.slice(0, 64));
  return `${realm.path}/auth?${query.toString()}`;
}

async function sessionOf({ issuer }: Page, c: NodeContext) {
  const provider = await issuer.open(c);
  return provider.Session.get(provider.createContext(c.env.incoming, c.env.outgoing));
}

async function signedInUser(page: Page, c: NodeContext): Promise<UserPrincipal | undefined> {
  const session = await sessionOf(page, c);
  const subject = session.accountId === undefined ? undefined : parseSubject(session.accountId);
  if (subject?.kind !== 'user') return undefined;
  const row = await findActiveUser(page.api.db, subject.workspace, subject.userId);
  if (!row) return undefined;
  const { id, email, workspace } = row;
  return { user: { id, email }, workspace, token: { id: session.uid } };
}

async function endSession(page: Page, c: NodeContext): Promise<void> {
  const session = await sessionOf(page, c);
  if (session.accountId !== undefined) await session.destroy();
  for (const name of ['_user_session', '_user_session.sig']) deleteCookie(c, name);
}

type Extra = Partial<Pick<PageContent, 'failure' | 'created'>>;

async function show(
  { api }: Page,
  c: NodeContext,
  user: UserPrincipal,
  { failure = null, created = null }: Extra = {},
): Promise<Response> {
  const scope = { workspace: user.workspace.id, actor: null, mutates: false };
  const content = await runUnitOfWork(api.db, scope, async (work) => {
    const me = await getMe(work, user);
    const place = { workspace: user.workspace.id, groups: me.groups };
    return {
      me,
      apis: await listOwnApis(work.tx, api.compiledClusters, place),
      keys: await listOwnKeys(work, user),
    };
  });
  return c.html(selfServicePage({ ...content, failure, created }), failure === null ? 200 : 400);
}

/** Runs a change of the user's own keys, then shows the updated page. */
async function change(
  page: Page,
  c: NodeContext,
  run: (work: UnitOfWork, user: UserPrincipal, form: URLSearchParams) => Promise<PageContent['created']>,
): Promise<Response> {
  const user = await signedInUser(page, c);
  if (!user) return c.redirect(PAGE_PATH, 303);
  const form = new URLSearchParams((await readBody(c, FORM_BYTES_MAX)).toString());
  const { id, email } = user.user;
  const actor = { kind: 'user', id, name: email, origin: 'web', remoteAddress: remoteAddressOf(c) } as const;
  const scope = { workspace: user.workspace.id, actor, mutates: true };
  try {
    const created = await runUnitOfWork(page.api.db, scope, (work) => run(work, user, form));
    return created ? await show(page, c, user, { created }) : c.redirect(PAGE_PATH, 303);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return show(page, c, user, { failure: `${error.message} ${error.options.fix ?? ''}` });
  }
}
