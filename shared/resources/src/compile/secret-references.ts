import type { KubernetesObject } from '../kinds/object.ts';

/**
 * Label with which a Secret allows objects made on the platform to name it, with the value `true`. Who may label Secrets of the
 * cluster decides, not who may write on the platform: a policy also chooses where a value is sent.
 */
export const ALLOW_PLATFORM_REFERENCES = 'portolan.dev/allow-platform-references';

/** Returns whether objects made on the platform may name a Secret. */
export function allowsPlatformReferences({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[ALLOW_PLATFORM_REFERENCES] === 'true';
}
