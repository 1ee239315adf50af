import type { Reply } from '../../gateway/http/reply.ts';
import { visibleContents } from '../catalogue/contents.ts';
import { shownBundles } from '../catalogue/own-catalogue.ts';
import type { PortalRequest } from '../portal-request.ts';
import { bundlePage } from './bundle-page.ts';
import { contentPage } from './content-page.ts';

/** Responds to `/bundles/NAME` and `/pages/NAME`; null for other paths, and for what the caller may not see. */
export function cataloguePage(
  request: PortalRequest,
  [section, name, ...more]: readonly string[],
): Reply | null {
  const { own } = request;
  if (own === null || name === undefined || more.length > 0) return null;
  if (section === 'bundles') {
    const bundle = shownBundles(own).find(({ source }) => source.name === name);
    return bundle === undefined ? null : bundlePage(request, own, bundle);
  }
  if (section !== 'pages') return null;
  const page = visibleContents(request, own).find(
    ({ content: { source, body } }) => source.name === name && body.kind === 'markdown',
  );
  return page === undefined ? null : contentPage(request, page.content, page.parent);
}
