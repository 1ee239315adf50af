import type { Portal } from '@portolan/resources/model/portal';
import type { Exchange } from '../../gateway/exchange/exchange.ts';
import { emptyReply, type Reply } from '../../gateway/http/reply.ts';
import { html } from '../html.ts';
import { strangerReply } from './layout.ts';

/** Returns the page that visitors who are not signed in get for every address: where to sign in. */
export function loginPage({ uri }: Exchange, portal: Portal): Reply {
  const next = uri === '/' ? '' : `?next=${encodeURIComponent(uri)}`;
  return strangerReply(portal, {
    status: 401,
    title: 'Sign in',
    // RFC 9110 §15.5.2 wants a challenge; there is no scheme for signing in at a page.
    headers: ['WWW-Authenticate', 'Cookie'],
    body: html`<h1>Sign in</h1>
      <p>Sign in to see the APIs that are shared with you.</p>
      <p><a class="button primary" href="/login${next}">Sign in</a></p>`,
  });
}

/** Returns a form for the name and password of the portal's directory. */
export function passwordPage(
  portal: Portal,
  { next, name = '', failure = null }: { next: string; name?: string; failure?: string | null },
): Reply {
  return strangerReply(portal, {
    status: failure === null ? 200 : 401,
    title: 'Sign in',
    headers: failure === null ? [] : ['WWW-Authenticate', 'Cookie'],
    body: html`<h1>Sign in</h1>
      ${failure === null ? null : html`<p class="notice bad" role="alert">${failure}</p>`}
      <form method="post" action="/login">
        <input type="hidden" name="next" value="${next}" />
        <div class="field">
          <label for="name">Name</label>
          <input id="name" name="name" value="${name}" autocomplete="username" required maxlength="256" />
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
        </div>
        <button class="primary">Sign in</button>
      </form>`,
  });
}

/** A browser keeps no sign-in of a site that comes over plain HTTP. */
export function needsHttps({ method, host, uri }: Exchange, portal: Portal): Reply {
  const name = host.replace(/:\d+$/, '');
  if (method === 'GET' || method === 'HEAD') return emptyReply(308, ['Location', `https://${name}${uri}`]);
  return strangerReply(portal, {
    status: 403,
    title: 'HTTPS needed',
    body: html`<h1>Open this portal over HTTPS</h1>
      <p>Signing in works over HTTPS only.</p>`,
  });
}
