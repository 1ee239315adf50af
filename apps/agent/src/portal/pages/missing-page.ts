import type { Reply } from '../../gateway/http/reply.ts';
import { html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';

/** Returns status 404, for what does not exist and for what the caller may not see alike. */
export function missingPage(request: PortalRequest): Reply {
  return pageReply(request, {
    status: 404,
    title: 'Not found',
    body: html`<div class="empty">
      <h1>Not found</h1>
      <p>There is no such page, or it is not shared with you.</p>
      <p><a href="/">All APIs</a></p>
    </div>`,
  });
}
