import type { CatalogueContent } from '@portolan/resources/model/catalogue';
import type { Reply } from '../../gateway/http/reply.ts';
import { shownBundles, type OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { apiPath, titleOf, visibleApis } from '../catalogue/visible.ts';
import type { PortalRequest } from '../portal-request.ts';
import { bundlePage } from './bundle-page.ts';
import { bundlePath, bundleTitle } from './content-link.ts';
import { contentPage } from './content-page.ts';
import { portalTitle } from './layout.ts';

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
  const content = contentNamed(own, name);
  const parent = content === null ? null : parentOf(request, own, content);
  return content === null || parent === null ? null : contentPage(request, content, parent);
}

function contentNamed({ entries, namespace }: OwnCatalogue, name: string): CatalogueContent | null {
  const entry = entries.get(`ContentItem.hub.traefik.io/${namespace}/${name}`);
  return entry?.kind === 'content' && entry.body.kind === 'markdown' ? entry : null;
}

/** Returns where a page belongs; null for one of something that the caller may not see. */
function parentOf(
  request: PortalRequest,
  own: OwnCatalogue,
  { parent }: CatalogueContent,
): { readonly path: string; readonly title: string } | null {
  if (parent === request.portal.source.key) return { path: '/', title: portalTitle(request) };
  const bundle = shownBundles(own).find(({ source }) => source.key === parent);
  if (bundle !== undefined) return { path: bundlePath(bundle), title: bundleTitle(bundle) };
  const api = visibleApis(request).find((each) => each.api.key === parent);
  return api === undefined ? null : { path: apiPath(api.api), title: titleOf(api.current) };
}
