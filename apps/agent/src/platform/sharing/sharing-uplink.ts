import type { Uplink, UplinkRequest, UplinkResponse } from '../uplink/uplink.ts';
import { sharedData, type OptionallyShared } from './shared-data.ts';

/** Lets only those requests through that carry what is shared: the list of shared data is not a description, but the rule. */
export class SharingUplink implements Uplink {
  readonly #way: Uplink;
  readonly #allowed: ReadonlySet<string>;

  constructor(way: Uplink, shared: ReadonlySet<OptionallyShared>) {
    this.#way = way;
    const routes = sharedData(shared).flatMap(([, { routes }]) => routes);
    this.#allowed = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  }

  async request(request: UplinkRequest): Promise<UplinkResponse> {
    const { method, path } = request;
    const [pathname = ''] = path.split('?');
    if (!this.#allowed.has(`${method} ${pathname}`))
      throw new Error(`${method} ${pathname} is not among what this agent shares with the platform`);
    return this.#way.request(request);
  }
}
