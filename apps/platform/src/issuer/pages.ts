/** A page of the sign-in: plain, without scripts of its own, readable by everything. */
export function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Portolan</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark }
label, input, button { display: block; width: 100%; box-sizing: border-box; margin: 0.4rem 0; font: inherit; padding: 0.4rem }
label { padding: 0 } [role=alert] { color: #c0392b; font-weight: 600 }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>`;
}

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

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}
