import type { CatalogueBundle, CatalogueContent } from '@portolan/resources/model/catalogue';
import type { Portal } from '@portolan/resources/model/portal';

/** Returns the path of a page in Markdown. */
export function contentPath({ source }: CatalogueContent): string {
  return `/pages/${encodeURIComponent(source.name)}`;
}

/** Returns what people call a bundle: its title, or its name. */
export function bundleTitle({ title, source }: CatalogueBundle): string {
  return title || source.name;
}

/** Returns the path of a bundle's page. */
export function bundlePath({ source }: CatalogueBundle): string {
  return `/bundles/${encodeURIComponent(source.name)}`;
}

/** Returns what people call a portal: its title, or its name. */
export function portalTitle({ portal }: { readonly portal: Portal }): string {
  return portal.title || portal.source.name;
}
