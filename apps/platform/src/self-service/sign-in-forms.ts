import { escapeHtml, page } from '../http/page.ts';

interface Form {
  /** Path that the form posts to. */
  readonly action: string;
  readonly workspace: string;
  readonly failure: string | null;
}

/** Renders the form that asks for the user's workspace. */
export function workspaceForm(action: string): string {
  return page(
    'Sign in',
    `<form method="get" action="${escapeHtml(action)}">
<label for="workspace">Workspace</label>
<input id="workspace" name="workspace" autocomplete="organization" maxlength="64" required autofocus>
<button>Continue</button>
</form>`,
  );
}

/** Renders the sign-in form for users of the internal provider. */
export function passwordForm({ action, workspace, failure }: Form, email = ''): string {
  return page(
    'Sign in',
    `${noteOf(failure)}<p class="quiet">Sign in to use the APIs of ${escapeHtml(workspace)}.</p>
<form method="post" action="${escapeHtml(action)}">
${hidden(workspace)}
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" value="${escapeHtml(email)}" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button>
</form>`,
  );
}

/** Renders the form that leads to the identity provider of the workspace. */
export function providerForm({ action, workspace, failure }: Form, issuer: string): string {
  const { host } = new URL(issuer);
  return page(
    'Sign in',
    `${noteOf(failure)}<p class="quiet">Sign in to use the APIs of ${escapeHtml(workspace)}.</p>
<form method="post" action="${escapeHtml(action)}/single-sign-on">
${hidden(workspace)}
<button autofocus>Continue with ${escapeHtml(host)}</button>
</form>`,
  );
}

function noteOf(failure: string | null): string {
  return failure === null ? '' : `<p role="alert">${escapeHtml(failure)}</p>`;
}

function hidden(workspace: string): string {
  return `<input type="hidden" name="workspace" value="${escapeHtml(workspace)}">`;
}
