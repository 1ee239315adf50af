import type { Reader } from '../reader.ts';

const PREFIX = 'traefik.ingress.kubernetes.io/router.';
const UNSUPPORTED = [
  'tls.certresolver',
  'observability.accesslogs',
  'observability.metrics',
  'observability.tracing',
];

/** What the `traefik.ingress.kubernetes.io/router.*` annotations of an Ingress ask for. */
export interface RouterSettings {
  /** As written: `namespace-name@kubernetescrd`. */
  readonly middlewares: readonly string[];
  readonly priority: number | null;
  readonly scheme: 'http' | 'https' | null;
}

/** Reads the annotations; one that cannot be honoured is named and never ignored in silence. */
export function readRouterSettings(
  reader: Reader,
  annotations: Readonly<Record<string, string>>,
  hasTlsSection: boolean,
): RouterSettings {
  const value = (name: string): string => annotations[`${PREFIX}${name}`] ?? '';
  for (const name of UNSUPPORTED.filter((candidate) => value(candidate) !== '')) {
    reader.warn('unsupported', `metadata.annotations[${PREFIX}${name}]`, {
      message: 'this annotation has no effect here',
      fix: 'remove it; certificates come from TLS Secrets',
    });
  }
  return {
    middlewares: listOf(value('middlewares')),
    priority: readPriority(reader, value('priority')),
    scheme: schemeOf(listOf(value('entrypoints')), hasTlsSection || value('tls') === 'true'),
  };
}

/** Entry points by their usual names; a TLS router without any serves HTTPS only, as in Traefik. */
export function schemeOf(entryPoints: readonly string[], hasTls: boolean): 'http' | 'https' | null {
  if (entryPoints.length === 0) return hasTls ? 'https' : null;
  const schemes = entryPoints.map((name) =>
    name === 'web' ? 'http' : name === 'websecure' ? 'https' : null,
  );
  if (schemes.every((scheme) => scheme === 'http')) return 'http';
  return schemes.every((scheme) => scheme === 'https') ? 'https' : null;
}

function readPriority(reader: Reader, text: string): number | null {
  if (text === '' || text === '0') return null;
  if (/^-?\d+$/.test(text)) return Number(text);
  reader.warn('invalid', `metadata.annotations[${PREFIX}priority]`, {
    message: `"${text}" is not a whole number; the length of the rule is used instead`,
    fix: 'write a whole number',
  });
  return null;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
