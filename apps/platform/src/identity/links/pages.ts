import { escapeHtml, page } from '../../http/page.ts';

/** Renders the form that accepts an invitation. */
export function joinForm(token: string, failure: string | null): string {
  return form('Join', {
    action: '/join',
    token,
    failure,
    fields: `<label for="name">Name (for a new account)</label>
<input id="name" name="name" autocomplete="name" maxlength="120">
<label for="password">Password (of your existing account, or a new one)</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required>
<label for="code">Two-factor code (if enabled on your account)</label>
<input id="code" name="code" autocomplete="one-time-code" inputmode="numeric" maxlength="32">`,
  });
}

/** Renders the form that sets a user's password. */
export function passwordForm(token: string, failure: string | null): string {
  return form('Set your password', {
    action: '/set-password',
    token,
    failure,
    fields: `<label for="password">New password (at least 12 characters)</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required autofocus>`,
  });
}

/** Renders the confirmation page, with a link to the next step. */
export function donePage({ what, next }: Done): string {
  const link = next ? `<p><a href="${escapeHtml(next.path)}">${escapeHtml(next.label)}</a></p>` : '';
  return page('Done', `<p>${escapeHtml(what)}</p>${link}`);
}

export interface Done {
  readonly what: string;
  readonly next?: { readonly path: string; readonly label: string };
}

interface Form {
  readonly action: string;
  readonly token: string;
  readonly failure: string | null;
  readonly fields: string;
}

function form(title: string, { action, token, failure, fields }: Form): string {
  const note = failure === null ? '' : `<p role="alert">${escapeHtml(failure)}</p>`;
  return page(
    title,
    `${note}<form method="post" action="${action}">
<input type="hidden" name="token" value="${escapeHtml(token)}">
${fields}
<button>${escapeHtml(title)}</button>
</form>`,
  );
}
