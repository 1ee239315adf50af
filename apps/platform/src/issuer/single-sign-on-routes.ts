import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Provider } from 'oidc-provider';
import { takeOrRefuse } from '../access/rate-limit.ts';
import { AppError } from '../http/app-error.ts';
import { readBody } from '../http/body.ts';
import { remoteAddressOf } from '../http/origin.ts';
import type { Api } from '../platform.ts';
import { admit } from '../single-sign-on/admit.ts';
import { findAttempt, forgetAttempt, rememberAttempt } from '../single-sign-on/attempts.ts';
import { oidcProviderOf } from '../single-sign-on/oidc-provider-of.ts';
import { beginAuthorization, finishAuthorization } from '../single-sign-on/relying-party.ts';
import { signInForm } from './pages.ts';
import { ISSUER_PATH } from './provider.ts';
import { formatSubject } from './subject.ts';

/** What workspaces register at their provider, below the platform's public address. */
const CALLBACK = `${ISSUER_PATH}/single-sign-on`;
const STEP = `${ISSUER_PATH}/sign-in/:uid/single-sign-on`;
const FORM_BYTES_MAX = 4096;

type NodeContext = Context<{ Bindings: HttpBindings }>;

interface Parts {
  readonly open: (c: NodeContext) => Promise<Provider>;
  readonly baseUrl: (c: NodeContext) => string;
}

/** Members sign in at the OpenID provider of their workspace, in place of a password. */
export function mountSingleSignOn(api: Api, { open, baseUrl }: Parts): void {
  api.app.post(STEP, (c: NodeContext) =>
    orForm(c, async () => {
      const { uid } = await interactionOf(await open(c), c);
      await slowDown(api, c);
      const form = new URLSearchParams((await readBody(c, FORM_BYTES_MAX)).toString());
      const workspace = (form.get('workspace') ?? '').trim().slice(0, 64);
      const provider = await oidcProviderOf(api, workspace);
      const { proofs, url } = await beginAuthorization(provider, `${baseUrl(c)}${CALLBACK}`);
      const { state, ...kept } = proofs;
      await rememberAttempt(api, state, { interaction: uid, workspace, ...kept });
      return c.redirect(url, 303);
    }),
  );
  // The cookie that ties a sign-in to its browser is known below its own path only: there it is finished.
  api.app.get(CALLBACK, async (c) => {
    const { interaction } = await findAttempt(api, c.req.query('state') ?? '');
    return c.redirect(`${stepOf(interaction)}${new URL(c.req.url).search}`, 303);
  });
  api.app.get(STEP, (c: NodeContext) =>
    orForm(c, async () => {
      const issuer = await open(c);
      const { uid } = await interactionOf(issuer, c);
      const { search, searchParams } = new URL(c.req.url);
      const state = searchParams.get('state') ?? '';
      const attempt = await findAttempt(api, state);
      if (attempt.interaction !== uid) throw lost();
      await forgetAttempt(api, state);
      const { workspace } = attempt;
      const provider = await oidcProviderOf(api, workspace);
      const answer = new URL(`${baseUrl(c)}${CALLBACK}${search}`);
      const email = await finishAuthorization(provider, answer, { ...attempt, state });
      const remoteAddress = remoteAddressOf(c);
      const { accountId } = await admit(api.db, { workspace, provider: provider.id, email, remoteAddress });
      const login = { accountId: formatSubject({ accountId, confinedTo: workspace }) };
      await issuer.interactionFinished(c.env.incoming, c.env.outgoing, { login, consent: {} });
      return RESPONSE_ALREADY_SENT;
    }),
  );
}

/** What a person can act on is said on the form they came from. */
async function orForm(c: NodeContext, step: () => Promise<Response>): Promise<Response> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'gone') throw error;
    const failure = `${error.message} ${error.options.fix ?? ''}`;
    const action = `${ISSUER_PATH}/sign-in/${c.req.param('uid') ?? ''}`;
    return c.html(signInForm(action, failure), error.status as 400);
  }
}

async function interactionOf(issuer: Provider, c: NodeContext): Promise<{ uid: string }> {
  const details = await issuer.interactionDetails(c.env.incoming, c.env.outgoing).catch(lost);
  if (details.uid !== c.req.param('uid') || details.prompt.name === 'consent') throw lost();
  return details;
}

async function slowDown({ db }: Api, c: NodeContext): Promise<void> {
  const key = `single-sign-on:${remoteAddressOf(c) ?? 'unknown'}`;
  await takeOrRefuse(db, [{ key, burst: 30, everySeconds: 2 }]);
}

function stepOf(interaction: string): string {
  return STEP.replace(':uid', encodeURIComponent(interaction));
}

function lost(cause?: unknown): never {
  throw new AppError('gone', 'This sign-in expired, or began in another browser.', {
    fix: 'Begin again.',
    cause,
  });
}
