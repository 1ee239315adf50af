import http from 'node:http';
import { getProxyForUrl } from 'proxy-from-env';

/** Returns the proxy that the environment names for an address; null for none. */
export function proxyFor(target: URL): URL | null {
  const proxy = getProxyForUrl(target.href);
  return URL.canParse(proxy) ? new URL(proxy) : null;
}

/** Lets every request of this process take the proxy of the environment, where this Node can (24.14 and later). */
export function useProxyOfEnvironment(): void {
  const isAny = ['http_proxy', 'https_proxy'].some(
    (name) => process.env[name] || process.env[name.toUpperCase()],
  );
  if (isAny && 'setGlobalProxyFromEnv' in http && typeof http.setGlobalProxyFromEnv === 'function')
    http.setGlobalProxyFromEnv();
}
