import type { OwnKey } from '@portolan/contract/self-service';
import type { Reply } from '../../gateway/http/reply.ts';
import { html, type Html } from '../html.ts';
import type { KeyList } from '../keys/own-keys.ts';
import { formatDay } from '../formats.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';

/** Lifetimes offered for a new key, in days; null: never expires. */
export const LIFETIMES = [30, 90, 365, null] as const;
/** Hours offered during which a rotated key goes on working. */
export const GRACE_HOURS = [0, 1, 24, 168] as const;

export interface KeysView {
  readonly list: KeyList;
  /** A key that was just created; its text is shown this once. */
  readonly created: { readonly name: string; readonly key: string } | null;
  readonly failure: string | null;
}

/** Returns the caller's keys: create, suspend, replace, delete. */
export function keysPage(request: PortalRequest, { list, created, failure }: KeysView): Reply {
  const { session, router } = request;
  const isReadOnly = list.isStale || session === null || session.isPreview;
  const usesTokens = router.model.apiAuth.kind === 'jwt';
  const body = html`<article class="keys">
    <h1>Keys</h1>
    ${failure === null ? null : html`<p class="notice bad" role="alert">${failure}</p>`}
    ${created === null ? null : createdKey(created)}
    ${
      usesTokens
        ? html`<p class="notice" role="note">
            APIs here are called with tokens of your organisation's identity provider, not with keys.
          </p>`
        : html`<p>Applications call APIs with a key, on your behalf: with your rights and your limits.</p>`
    }
    ${
      list.isStale && session?.isPreview !== true
        ? html`<p class="notice" role="note">
            The platform cannot be reached. Your keys work; they cannot be changed until it is back.
          </p>`
        : null
    }
    ${list.keys.length === 0 ? html`<p class="empty">You have no keys yet.</p>` : keyTable(request, list.keys, isReadOnly)}
    ${isReadOnly || usesTokens ? null : newKeyForm()}
  </article>`;
  return pageReply(request, { title: 'Keys', body, isWide: true, status: failure === null ? 200 : 400 });
}

function createdKey({ name, key }: NonNullable<KeysView['created']>): Html {
  return html`<div class="notice ok created" role="status">
    <p><strong>Created key ${name}.</strong> Copy it now: it will not be shown again.</p>
    <p><code class="copyable secret">${key}</code></p>
  </div>`;
}

function keyTable(request: PortalRequest, keys: readonly OwnKey[], isReadOnly: boolean): Html {
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Last used</th>
          <th scope="col">Expires</th>
          ${isReadOnly ? null : html`<th scope="col">Change</th>`}
        </tr>
      </thead>
      <tbody>
        ${keys.map((key) => keyRow(request, key, isReadOnly))}
      </tbody>
    </table>
  </div>`;
}

function keyRow({ locale }: PortalRequest, key: OwnKey, isReadOnly: boolean): Html {
  const { name, prefix, expiresAt, lastUsedAt, suspendedBy, state } = key;
  return html`<tr>
    <th scope="row">${name}${prefix === '' ? null : html`<br /><code>${prefix}…</code>`}</th>
    <td>
      <span class="state" data-state="${state}"
        >${suspendedBy === 'administrator' ? 'suspended by an administrator' : state}</span
      >
    </td>
    <td>${lastUsedAt === null ? 'never' : formatDay(lastUsedAt, locale)}</td>
    <td>${expiresAt === null ? 'never' : formatDay(expiresAt, locale)}</td>
    ${isReadOnly ? null : html`<td class="changes">${changesOf(key, locale)}</td>`}
  </tr>`;
}

function changesOf({ id, name, state, suspendedBy, lastUsedAt }: OwnKey, locale: string): Html {
  const action = `/settings/keys/${encodeURIComponent(id)}`;
  const toggle = state === 'active' ? 'suspend' : suspendedBy === 'user' ? 'resume' : null;
  const used =
    lastUsedAt === null ? 'It was never used.' : `It was last used on ${formatDay(lastUsedAt, locale)}.`;
  return html`${
      toggle === null
        ? null
        : html`<form method="post" action="${action}">
            <input type="hidden" name="change" value="${toggle}" />
            <button aria-label="${toggle === 'suspend' ? 'Suspend' : 'Resume'} ${name}">
              ${toggle === 'suspend' ? 'Suspend' : 'Resume'}
            </button>
          </form>`
    }
    <details class="ask">
      <summary aria-label="Replace ${name}">Replace…</summary>
      <form method="post" action="${action}">
        <input type="hidden" name="change" value="rotate" />
        <label>
          The old key works for
          <select name="hours">
            ${GRACE_HOURS.map(
              (hours) =>
                html`<option value="${hours}" ${hours === 24 ? html`selected` : null}>
                  ${hours === 0 ? 'no longer' : hours === 168 ? '7 days' : hours === 1 ? '1 hour' : `${hours} hours`}
                </option>`,
            )}
          </select>
        </label>
        <button class="primary">Replace ${name}</button>
      </form>
    </details>
    <details class="ask">
      <summary aria-label="Delete ${name}">Delete…</summary>
      <form method="post" action="${action}">
        <input type="hidden" name="change" value="delete" />
        <p>Applications that use it stop working at once. ${used}</p>
        <button class="danger">Delete ${name}</button>
      </form>
    </details>`;
}

function newKeyForm(): Html {
  return html`<form class="new-key" method="post" action="/settings/keys" aria-labelledby="new-key">
    <h2 id="new-key">New key</h2>
    <div class="field">
      <label for="key-name">Name</label>
      <input id="key-name" name="name" maxlength="120" required autocomplete="off" placeholder="phone app" />
    </div>
    <div class="field">
      <label for="key-days">Expires</label>
      <select id="key-days" name="days">
        ${LIFETIMES.map((days) =>
          days === null
            ? html`<option value="">never</option>`
            : html`<option value="${days}" ${days === 90 ? html`selected` : null}>in ${days} days</option>`,
        )}
      </select>
    </div>
    <button class="primary">Create key</button>
  </form>`;
}
