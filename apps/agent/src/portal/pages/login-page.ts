import type { Portal } from '@portolan/resources/model/portal';
import type { Exchange } from '../../gateway/exchange/exchange.ts';
import { emptyReply, type Reply } from '../../gateway/http/reply.ts';
import { html } from '../html.ts';
import { strangerReply } from './layout.ts';

/** What strangers see of every page: where to sign in, and nothing of what is behind it. */
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
