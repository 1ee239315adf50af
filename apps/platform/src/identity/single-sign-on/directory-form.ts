import { escapeHtml, page } from '../../http/page.ts';

/** Renders the form for the name and password of people whose workspace uses a directory. */
export function directoryForm(action: string, workspace: string, failure: string | null): string {
  const note = failure === null ? '' : `<p role="alert">${escapeHtml(failure)}</p>`;
  return page(
    'Sign in',
    `${note}<p class="quiet">Sign in with your account in the directory of ${escapeHtml(workspace)}.</p>
<form method="post" action="${escapeHtml(action)}/single-sign-on">
<input type="hidden" name="workspace" value="${escapeHtml(workspace)}">
<label for="name">User name or e-mail</label>
<input id="name" name="name" autocomplete="username" maxlength="256" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required>
<button>Sign in</button>
</form>`,
  );
}
