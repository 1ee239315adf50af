import type { Target } from '../../model/model.ts';
import type { Portal } from '../../model/portal.ts';
import type { Reader } from '../reader.ts';
import { managedKey } from './managed-keys.ts';

/** Annotation of an Ingress or IngressRoute that leads to a portal: `NAME`, or `NAME@NAMESPACE`. */
export const PORTAL_ANNOTATION = 'hub.traefik.io/api-portal';

/** Returns the target of routes that an annotation leads to a portal; requests get 503 until the portal exists. */
export function portalTarget(reader: Reader, annotation: string): Target {
  const [name = '', namespace = reader.self.namespace] = annotation.split('@');
  // Portals of generation v2 belong to no namespace.
  const portal =
    reader.result<Portal>(managedKey('APIPortal', name)) ??
    reader.result<Portal>(managedKey('APIPortal', name, namespace));
  if (portal?.ok === true) return { kind: 'portal', portal: portal.value };
  const reason = portal === null ? `APIPortal "${annotation}" does not exist` : portal.reason;
  reader.warn('missing-reference', `metadata.annotations[${PORTAL_ANNOTATION}]`, {
    message: `${reason}; requests get 503`,
    fix: portal === null ? `create APIPortal "${name}", or name another one` : portal.fix,
  });
  return { kind: 'none', status: 503, reason };
}
