import type { Reply } from '../../gateway/http/reply.ts';
import { html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';

/** What does not exist and what the caller may not see look alike. */
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
