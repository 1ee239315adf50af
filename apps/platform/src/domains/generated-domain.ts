import { createHash } from 'node:crypto';
import type { ObjectId } from '@portolan/resources/kinds/object';

const SUFFIX_LENGTH = 8;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
// RFC 1035 §2.3.4: a label has at most 63 octets.
const NAME_LENGTH_MAX = 63 - SUFFIX_LENGTH - 1;

/**
 * The domain of an object: always the same for an object of the same name in the same cluster, also after it was
 * deleted and made again, and for nobody else.
 */
export function generatedDomain(
  place: { readonly workspace: string; readonly clusterId: string },
  object: ObjectId,
  suffix: string,
): string {
  const identity = [place.workspace, place.clusterId, object.kind, object.namespace, object.name].join('\0');
  const digest = createHash('sha256').update(identity).digest();
  const unique = Array.from(digest.subarray(0, SUFFIX_LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('');
  // Kubernetes names may hold dots; one label keeps wildcard certificates usable.
  const name = object.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, NAME_LENGTH_MAX)
    .replaceAll(/^-+|-+$/g, '');
  return `${name || 'x'}-${unique}.${suffix}`;
}
