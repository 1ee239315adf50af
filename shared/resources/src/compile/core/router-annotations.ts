import type { Reader } from '../reader.ts';

const PREFIX = 'traefik.ingress.kubernetes.io/router.';
/** Annotations that are read. */
const KNOWN = new Set(['middlewares', 'priority', 'entrypoints', 'tls', 'tls.options', 'pathmatcher']);

/** What the `traefik.ingress.kubernetes.io/router.*` annotations of an Ingress ask for. */
export interface RouterSettings {
  /** As written: `namespace-name@kubernetescrd`. */
  readonly middlewares: readonly string[];
  readonly priority: number | null;
  readonly scheme: 'http' | 'https' | null;
  /** As written: `namespace-name@kubernetescrd`. */
  readonly tlsOptions: string | null;
  /** Paths of type ImplementationSpecific match exactly instead of as prefixes. */
  readonly isExactPath: boolean;
}

/** Reads the annotations; one that has no effect here is named. */
export function readRouterSettings(
  reader: Reader,
  annotations: Readonly<Record<string, string>>,
  hasTlsSection: boolean,
): RouterSettings {
  const value = (name: string): string => annotations[`${PREFIX}${name}`] ?? '';
  for (const annotation of Object.keys(annotations)) warnUnknown(reader, annotation);
  const entryPoints = listOf(value('entrypoints'));
  const isTls = value('tls') === 'true' || value('tls.options') !== '' || value('tls.certresolver') !== '';
  return {
    middlewares: listOf(value('middlewares')),
    priority: readPriority(reader, value('priority')),
    scheme: schemeOf(reader, `metadata.annotations[${PREFIX}entrypoints]`, {
      entryPoints,
      isTls: isTls || (hasTlsSection && entryPoints.length === 0),
    }),
    tlsOptions: value('tls.options') === '' ? null : value('tls.options'),
    isExactPath: readPathMatcher(reader, value('pathmatcher')),
  };
}

function warnUnknown(reader: Reader, annotation: string): void {
  if (!annotation.startsWith(PREFIX) || KNOWN.has(annotation.slice(PREFIX.length))) return;
  reader.warn('unsupported', `metadata.annotations[${annotation}]`, {
    message: 'this annotation has no effect here',
    fix: annotation.includes('certresolver') ? 'remove it; certificates come from TLS Secrets' : 'remove it',
  });
}

/** Returns whether paths of type ImplementationSpecific match exactly. */
function readPathMatcher(reader: Reader, text: string): boolean {
  if (text === '' || text === 'PathPrefix') return false;
  if (text === 'Path') return true;
  reader.warn('unsupported', `metadata.annotations[${PREFIX}pathmatcher]`, {
    message: `"${text}" is not supported; paths match as prefixes`,
    fix: 'write Path or PathPrefix',
  });
  return false;
}

/**
 * Returns the scheme that entry points serve, by their usual names; null for any. As in Traefik, a TLS router ignores plain requests,
 * whatever its entry points.
 */
export function schemeOf(
  reader: Reader,
  field: string,
  { entryPoints, isTls }: { readonly entryPoints: readonly string[]; readonly isTls: boolean },
): 'http' | 'https' | null {
  if (isTls) {
    if (entryPoints.length > 0 && !entryPoints.includes('websecure')) {
      reader.warn('no-effect', field, {
        message: 'a route with TLS is served over HTTPS only, which none of these entry points is',
        fix: 'name websecure, or remove the TLS settings',
      });
    }
    return 'https';
  }
  if (entryPoints.length === 0) return null;
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
