import type { CatalogueContent } from '@portolan/resources/model/catalogue';
import { bundlePath, bundleTitle, portalTitle } from './titles-and-paths.ts';
import type { PortalRequest } from '../portal-request.ts';
import { contentsOf, shownBundles, type OwnCatalogue } from './own-catalogue.ts';
import { apiPath, titleOf, visibleApis } from './visible.ts';

/** A page or link that the caller may see, and what it belongs to. */
export interface VisibleContent {
  readonly content: CatalogueContent;
  readonly parent: { readonly path: string; readonly title: string };
}

/** Returns the pages and links of the portal, and of the bundles and APIs that are shown to the caller. */
export function visibleContents(request: PortalRequest, own: OwnCatalogue): VisibleContent[] {
  const { entries } = own;
  const of = (key: string, path: string, title: string): VisibleContent[] =>
    contentsOf(entries, key).map((content) => ({ content, parent: { path, title } }));
  return [
    ...of(request.portal.source.key, '/', portalTitle(request)),
    ...shownBundles(own).flatMap((bundle) => of(bundle.source.key, bundlePath(bundle), bundleTitle(bundle))),
    ...visibleApis(request).flatMap(({ api, current }) => of(api.key, apiPath(api), titleOf(current))),
  ];
}
