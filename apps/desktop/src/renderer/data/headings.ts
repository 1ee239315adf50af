import { dictionary } from '@portolan/contract/dictionary';
import { safeText } from '@portolan/console/safe-text';

const ACRONYMS = dictionary<string>({
  API: 'API',
  APIS: 'APIs',
  CA: 'CA',
  CPU: 'CPU',
  DNS: 'DNS',
  HTTP: 'HTTP',
  ID: 'ID',
  IP: 'IP',
  P50: 'p50',
  P95: 'p95',
  P99: 'p99',
  REQ: 'Req',
  RPS: 'Req/s',
  RTT: 'RTT',
  TLS: 'TLS',
  URL: 'URL',
  URLS: 'URLs',
  YAML: 'YAML',
});

/** Returns a title as pages write it: `LAST USED` → `Last used`, `APIS` → `APIs`. */
export function heading(title: string): string {
  if (title !== title.toUpperCase()) return title;
  return title
    .split(' ')
    .map((word, at) => {
      const known = ACRONYMS[word];
      if (known !== undefined) return known;
      return at === 0 ? word.charAt(0) + word.slice(1).toLowerCase() : word.toLowerCase();
    })
    .join(' ');
}

const SHOWN_MAX = 2_000;

/**
 * Returns a text of the platform as it may be shown: on one line, without characters that reorder or hide text, and no longer than
 * a person reads.
 */
export function shown(text: string): string {
  const safe = safeText(text.length > SHOWN_MAX * 2 ? text.slice(0, SHOWN_MAX * 2) : text);
  return safe.length > SHOWN_MAX ? `${safe.slice(0, SHOWN_MAX)} …` : safe;
}
