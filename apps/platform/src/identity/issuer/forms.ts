import { escapeHtml, page } from '../../http/page.ts';

/** Renders the form for e-mail, password and second factor. */
export function signInForm(action: string, failure: string | null, email = ''): string {
  const note = failure === null ? '' : `<p role="alert">${escapeHtml(failure)}</p>`;
  return page(
    'Sign in',
    `${note}<form method="post" action="${escapeHtml(action)}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" value="${escapeHtml(email)}" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<label for="code">Two-factor code (if enabled)</label>
<input id="code" name="code" autocomplete="one-time-code" inputmode="numeric">
<button>Sign in</button>
</form>
<form method="post" action="${escapeHtml(action)}/single-sign-on">
<label for="workspace">Or sign in with the identity provider of your workspace</label>
<input id="workspace" name="workspace" autocomplete="organization" maxlength="64" required>
<button>Single sign-on</button>
</form>`,
  );
}

/**
 * Renders the consent form shown to a signed-in user: an application must not get access without the user noticing (RFC 8252
 * §8.6).
 */
export function consentForm(action: string, client: string): string {
  const ask = `<p>${escapeHtml(client)} wants to access Portolan on your behalf. Continue only if you started this sign-in.</p>`;
  return page(
    'Continue',
    `${ask}<form method="post" action="${escapeHtml(action)}"><button>Continue</button></form>`,
  );
}
