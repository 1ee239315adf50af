import type { ValidObject, Reader } from '../reader.ts';

const GROUPS = ['traefik.io', 'traefik.containo.us'];

/** A Traefik object by name, in the present group or the one before Traefik 2.10. */
export function findTraefik<T>(
  reader: Reader,
  kind: string,
  namespace: string,
  name: string,
): ValidObject<T> | null {
  for (const group of GROUPS) {
    const found = reader.find<T>({ group, kind, namespace, name });
    if (found !== null) return found;
  }
  return null;
}

/** `namespace-name@kubernetescrd`, as annotations name objects: every way to split it is tried. */
export function findByProviderName<T>(reader: Reader, kind: string, text: string): ValidObject<T> | null {
  const name = text.replace(/@kubernetescrd$/, '');
  for (let dash = name.indexOf('-'); dash !== -1; dash = name.indexOf('-', dash + 1)) {
    const found = findTraefik<T>(reader, kind, name.slice(0, dash), name.slice(dash + 1));
    if (found !== null) return found;
  }
  return null;
}
