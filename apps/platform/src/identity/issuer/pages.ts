import { escapeHtml, page } from '../../http/page.ts';

/** The form that asks for e-mail, password and second factor. */
export function signInForm(action: string, failure: string | null, email = ''): string {
  const note = failure === null ? '' : `<p role="alert">${escapeHtml(failure)}</p>`;
  return page(
    'Sign in',
    `${note}<form method="post" action="${escapeHtml(action)}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" value="${escapeHtml(email)}" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<label for="code">Code of your second factor, if you have one</label>
<input id="code" name="code" autocomplete="one-time-code" inputmode="numeric">
<button>Sign in</button>
</form>
<form method="post" action="${escapeHtml(action)}/single-sign-on">
<label for="workspace">Or the workspace whose identity provider knows you</label>
<input id="workspace" name="workspace" autocomplete="organization" maxlength="64" required>
<button>Single sign-on</button>
</form>`,
  );
}

/** For one who is signed in already: a program that starts by itself must not get in unseen (RFC 8252 §8.6). */
export function consentForm(action: string, client: string): string {
  const ask = `<p>${escapeHtml(client)} asks to act as you. Continue only if you started it.</p>`;
  return page(
    'Continue',
    `${ask}<form method="post" action="${escapeHtml(action)}"><button>Continue</button></form>`,
  );
}
