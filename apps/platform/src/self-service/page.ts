import type { Me, OwnApi, OwnKey } from '@portolan/contract/self-service';
import { escapeHtml, page } from '../http/page.ts';

/** Paths that the page's forms post to. */
export const KEYS_PATH = '/self-service/keys';
export const SIGN_OUT_PATH = '/self-service/sign-out';
/** Lifetimes offered for a new key, in days; null: never expires. */
export const LIFETIMES = [30, 90, 365, null] as const;

export interface PageContent {
  readonly me: Me;
  readonly apis: readonly OwnApi[];
  readonly keys: readonly OwnKey[];
  readonly failure: string | null;
  /** A key that was just created; its text is shown once. */
  readonly created: { readonly name: string; readonly key: string } | null;
}

/** Renders the self-service page of a user. */
export function selfServicePage({ me, apis, keys, failure, created }: PageContent): string {
  const name = `${me.firstName} ${me.lastName}`.trim() || me.email;
  const groups = me.groups.length === 0 ? 'no groups' : me.groups.map(escapeHtml).join(', ');
  return page(
    `APIs of ${me.workspace.name}`,
    `${failure === null ? '' : `<p role="alert">${escapeHtml(failure)}</p>`}
<p>${escapeHtml(name)} <span class="quiet">· ${escapeHtml(me.email)} · in ${groups}</span></p>
${created ? createdKey(created, apis) : ''}
<h2>Your APIs</h2>
${apis.length === 0 ? '<p class="quiet">You do not have access to any APIs yet.</p>' : apiTable(apis)}
<h2>Your keys</h2>
${keys.length === 0 ? '<p class="quiet">You have no API keys yet. Applications use a key to call the APIs on your behalf.</p>' : keyTable(keys)}
${newKeyForm()}
<form method="post" action="${SIGN_OUT_PATH}"><button class="quiet">Sign out</button></form>`,
    'wide',
  );
}

function createdKey(
  { name, key }: { readonly name: string; readonly key: string },
  apis: readonly OwnApi[],
): string {
  const url = apis.flatMap(({ urls }) => urls)[0];
  const call =
    url === undefined
      ? ''
      : `<pre>curl -H 'Authorization: Bearer ${escapeHtml(key)}' '${escapeHtml(url)}'</pre>`;
  return `<p role="status">Created key ${escapeHtml(name)}. Copy it now: it will not be shown again.</p>
<p><code>${escapeHtml(key)}</code></p>${call}`;
}

function apiTable(apis: readonly OwnApi[]): string {
  const rows = apis.map(({ name, release, urls, operations }) => {
    const part = operations === 'some' ? ' <span class="quiet">(some operations)</span>' : '';
    const where =
      urls.map((url) => `<code>${escapeHtml(url)}</code>`).join('<br>') ||
      '<span class="quiet">no public address</span>';
    return `<tr><td>${escapeHtml(name)}${release === null ? '' : ` ${escapeHtml(release)}`}${part}</td><td>${where}</td></tr>`;
  });
  return `<table><thead><tr><th>API</th><th>Address</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function keyTable(keys: readonly OwnKey[]): string {
  const rows = keys.map((key) => {
    const { name, prefix, expiresAt, lastUsedAt } = key;
    return `<tr><td>${escapeHtml(name)}<br><code>${escapeHtml(prefix)}…</code></td><td>${stateOf(key)}</td>
<td>${day(lastUsedAt) ?? 'never'}</td><td>${day(expiresAt) ?? 'never'}</td><td>${buttonsOf(key)}</td></tr>`;
  });
  return `<table><thead><tr><th>Key</th><th>State</th><th>Last used</th><th>Expires</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function stateOf({ state, suspendedBy }: OwnKey): string {
  return suspendedBy === 'administrator' ? 'suspended by an administrator' : state;
}

function buttonsOf({ id, name, state, suspendedBy }: OwnKey): string {
  const button = (change: string, label: string) =>
    `<form method="post" action="${KEYS_PATH}/${encodeURIComponent(id)}"><input type="hidden" name="change" value="${change}">
<button class="quiet" aria-label="${label} ${escapeHtml(name)}">${label}</button></form>`;
  const toggle =
    state === 'active'
      ? button('suspend', 'Suspend')
      : suspendedBy === 'user'
        ? button('resume', 'Resume')
        : '';
  return toggle + button('delete', 'Delete');
}

function newKeyForm(): string {
  const options = LIFETIMES.map((days) =>
    days === null
      ? '<option value="">never</option>'
      : `<option value="${days}"${days === 90 ? ' selected' : ''}>in ${days} days</option>`,
  );
  return `<form method="post" action="${KEYS_PATH}" class="row">
<div><label for="name">Key name</label><input id="name" name="name" maxlength="120" required></div>
<div><label for="days">Expires</label><select id="days" name="days">${options.join('')}</select></div>
<button>Create key</button>
</form>`;
}

function day(time: string | null): string | null {
  return time && time.slice(0, 10);
}
