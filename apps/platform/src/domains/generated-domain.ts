import { UNKNOWN_HOST_PART } from '@portolan/contract/changes';
import { randomBytes } from 'node:crypto';

const SUFFIX_LENGTH = 8;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
// RFC 1035 §2.3.4: a label has at most 63 octets.
const NAME_LENGTH_MAX = 63 - SUFFIX_LENGTH - 1;

/** Generates a host for an object: its name and a random part that cannot be chosen or guessed. */
export function generateHost(objectName: string, edgeSuffix: string): string {
  const random = Array.from(randomBytes(SUFFIX_LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('');
  return hostOf(objectName, random, edgeSuffix);
}

/** Returns a placeholder for the host that an object will get, which is not known in advance. */
export function placeholderHost(objectName: string, edgeSuffix: string): string {
  return hostOf(objectName, UNKNOWN_HOST_PART, edgeSuffix);
}

function hostOf(objectName: string, unique: string, edgeSuffix: string): string {
  // Kubernetes names may contain dots; a single label keeps wildcard certificates usable.
  const name = objectName
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, NAME_LENGTH_MAX)
    .replaceAll(/^-+|-+$/g, '');
  return `${name || 'x'}-${unique}.${edgeSuffix}`;
}
