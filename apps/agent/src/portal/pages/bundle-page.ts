import { offersFor } from '@portolan/resources/decide/offers';
import type { CatalogueBundle } from '@portolan/resources/model/catalogue';
import type { Reply } from '../../gateway/http/reply.ts';
import { contentsOf, type OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { visibleApis } from '../catalogue/visible.ts';
import { html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { bundlePath, bundleTitle } from '../catalogue/titles-and-paths.ts';
import { contentList } from './content-link.ts';
import { apiCard } from './home.ts';
import { pageReply } from './layout.ts';
import { offeredPlans } from './offered-plans.ts';

/** Returns a bundle: its APIs, and the plans on which all of them are subscribed to together. */
export function bundlePage(request: PortalRequest, own: OwnCatalogue, bundle: CatalogueBundle): Reply {
  const { source, apis } = bundle;
  const title = bundleTitle(bundle);
  const shown = visibleApis(request).filter(({ api }) => apis.includes(api.key));
  const offers = offersFor(own.entries, own.items, source.key);
  const body = html`<article>
    <div class="heading">
      <h1>${title}</h1>
      <span class="chip">bundle</span>
    </div>
    ${contentList(contentsOf(own.entries, source.key))}
    ${offeredPlans(request, [{ ref: source, title, offers }])}
    <section aria-labelledby="apis">
      <h2 id="apis">APIs</h2>
      <ul class="cards">
        ${shown.map((api) => apiCard(request, api))}
      </ul>
    </section>
  </article>`;
  return pageReply(request, { title, body, current: bundlePath(bundle) });
}
