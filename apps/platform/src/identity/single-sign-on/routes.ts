import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { AppError } from '../../app-error.ts';
import { readBody } from '../../http/body.ts';
import { remoteAddressOf } from '../../http/origin.ts';
import { lost, type Interaction, type MountedIssuer, type NodeContext } from '../issuer/mount-issuer.ts';
import type { Api } from '../../platform.ts';
import { findAttempt, deleteAttempt, storeAttempt } from './attempts.ts';
import { beginAuthorization, finishAuthorization } from './authorization-code-flow.ts';
import { directoryForm } from './directory-form.ts';
import { findSignInDirectory, signInAtDirectory } from './sign-in-directory.ts';
import { signInProviderOf, type ProviderClaims } from './sign-in-provider.ts';

/** Redirect URI path that workspaces register at their provider, for members and users alike. */
const CALLBACK = '/oidc/single-sign-on';
const FORM_BYTES_MAX = 4096;

/** Realm-specific parts of single sign-on. */
export interface SingleSignOn {
  workspaceOf(interaction: Interaction, form: URLSearchParams): string;
  /** Renders the form shown after a failed sign-in. */
  form(interaction: Interaction, failure: string): Promise<string>;
  /** Returns the subject to sign in as. @throws AppError when the person may not sign in. */
  admit(claims: ProviderClaims): Promise<string>;
}

/**
 * Mounts the redirect URI. It redirects to the sign-in's own path, where the browser sends the cookie that binds the sign-in to
 * it.
 */
export function mountCallback(api: Api): void {
  api.app.get(CALLBACK, async (c) => {
    const { action } = await findAttempt(api, c.req.query('state') ?? '');
    return c.redirect(`${action}/single-sign-on${new URL(c.req.url).search}`, 303);
  });
}

/** Mounts single sign-on of a realm at the workspaces' providers. */
export function mountSingleSignOn(api: Api, issuer: MountedIssuer, how: SingleSignOn): void {
  const { baseUrl } = issuer;
  const step = `${issuer.realm.path}/sign-in/:uid/single-sign-on`;
  api.app.post(step, async (c: NodeContext) => {
    const interaction = await issuer.interactionOf(c);
    return showErrorsOnForm(c, { interaction, how }, async () => {
      await limitRate(api, c);
      const form = new URLSearchParams((await readBody(c, FORM_BYTES_MAX)).toString());
      const workspace = how.workspaceOf(interaction, form).trim().slice(0, 64);
      const directory = await findSignInDirectory(api, workspace);
      if (directory) {
        const credentials = { name: form.get('name'), password: form.get('password') };
        if (credentials.name === null || credentials.password === null)
          return c.html(directoryForm(interaction.action, workspace, null));
        const remoteAddress = remoteAddressOf(c);
        const { name, password } = { name: credentials.name.trim(), password: credentials.password };
        const signal = c.req.raw.signal;
        const person = { workspace, name, password, remoteAddress, signal };
        const subject = await how.admit(await signInAtDirectory(api, directory, person));
        return issuer.finish(c, subject);
      }
      const provider = await signInProviderOf(api, workspace);
      const { proofs, url } = await beginAuthorization(api.outbound, provider, `${baseUrl(c)}${CALLBACK}`);
      const { state, ...kept } = proofs;
      const { uid, action } = interaction;
      await storeAttempt(api, state, { interaction: uid, action, workspace, ...kept });
      return c.redirect(url, 303);
    });
  });
  api.app.get(step, async (c: NodeContext) => {
    const interaction = await issuer.interactionOf(c);
    return showErrorsOnForm(c, { interaction, how }, async () => {
      const { search, searchParams } = new URL(c.req.url);
      const state = searchParams.get('state') ?? '';
      const attempt = await findAttempt(api, state);
      if (attempt.interaction !== interaction.uid) throw lost();
      await deleteAttempt(api, state);
      const { workspace } = attempt;
      const provider = await signInProviderOf(api, workspace);
      const answer = new URL(`${baseUrl(c)}${CALLBACK}${search}`);
      const claims = await finishAuthorization(api.outbound, provider, answer, { ...attempt, state });
      const subject = await how.admit({ workspace, provider, claims, remoteAddress: remoteAddressOf(c) });
      return issuer.finish(c, subject);
    });
  });
}

/** Runs a step of the sign-in and shows errors on the form that started it. */
async function showErrorsOnForm(
  c: NodeContext,
  { interaction, how }: { readonly interaction: Interaction; readonly how: SingleSignOn },
  step: () => Promise<Response>,
): Promise<Response> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'gone') throw error;
    const failure = `${error.message} ${error.options.fix ?? ''}`;
    return c.html(await how.form(interaction, failure), error.status as 400);
  }
}

async function limitRate({ db }: Api, c: NodeContext): Promise<void> {
  const client = clientOf(remoteAddressOf(c));
  await enforceRateLimit(db, client, [{ key: `single-sign-on:${client}`, burst: 30, everySeconds: 2 }]);
}
