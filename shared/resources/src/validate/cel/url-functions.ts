import type { Environment } from '@marcbachmann/cel-js';
import { GoUrl, parseGoUrl, parseRequestUri } from './go-url.ts';

/** Kubernetes' URL library: k8s.io/apiserver/pkg/cel/library/urls.go. */
export function registerUrls(environment: Environment): void {
  environment.registerType('net.URL', GoUrl);
  environment.registerFunction('isURL(string): bool', (text: string) => parseRequestUri(text) !== null);
  environment.registerFunction('url(string): net.URL', (text: string) => {
    const parsed = parseGoUrl(text);
    if (parsed === null) throw new TypeError(`URL parse error during conversion from string: ${text}`);
    return parsed;
  });
  const getters = {
    getScheme: (url: GoUrl) => url.scheme,
    getHost: (url: GoUrl) => url.host,
    getHostname: (url: GoUrl) => url.hostname,
    getPort: (url: GoUrl) => url.port,
    getEscapedPath: (url: GoUrl) => url.escapedPath,
  };
  for (const [name, getter] of Object.entries(getters)) {
    environment.registerFunction(`net.URL.${name}(): string`, getter);
  }
  environment.registerFunction('net.URL.getQuery(): map<string, list<string>>', (url: GoUrl) => url.query);
}
