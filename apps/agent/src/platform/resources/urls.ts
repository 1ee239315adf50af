import { publicPath } from '@portolan/resources/decide/public-path';
import type { Model } from '@portolan/resources/model/model';

/** Public addresses by object: of APIs and versions under their gateways' hosts, of edge ingresses at their own. */
export function urlsOf(model: Model): ReadonlyMap<string, readonly string[]> {
  const urls = new Map<string, Set<string>>();
  const add = (key: string, url: string): void => {
    const known = urls.get(key);
    if (known) known.add(url);
    else urls.set(key, new Set([url]));
  };
  for (const route of model.routes) {
    for (const host of route.hosts) {
      const origin = `https://${host}`;
      if (route.guard.kind !== 'api') {
        add(route.owner.key, `${origin}/`);
        continue;
      }
      const { api, version, gateway, prefix, versionPrefix } = route.guard.api;
      if (gateway === null) {
        const url = `${route.scheme ?? 'https'}://${host}${publicPath(route)}`;
        for (const key of [api.key, route.owner.key, ...(version ? [version.key] : [])]) add(key, url);
        continue;
      }
      add(api.key, origin + prefix);
      add(gateway.key, `${origin}/`);
      if (version) add(version.key, origin + prefix + versionPrefix);
    }
  }
  return new Map([...urls].map(([key, set]) => [key, [...set].toSorted()]));
}
