import { dictionary } from '@portolan/contract/dictionary';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const jwkShape = z.looseObject({
  kty: z.string(),
  kid: z.string().optional(),
  use: z.string().optional(),
  alg: z.string().optional(),
  crv: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
});
const keySetShape = z.looseObject({ keys: z.array(z.unknown()) });

type Jwk = z.infer<typeof jwkShape>;

/** Keys tried for one token. */
const CANDIDATES_MAX = 8;

const CURVES = dictionary<string>({ ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' });

/** The keys of a JSON Web Key Set (RFC 7517) that can verify signatures. */
export class KeySet {
  readonly #keys: readonly Jwk[];
  readonly #imported = new Map<Jwk, KeyObject | null>();

  /** @throws Error when the text is not JSON, is no key set, or has no key in it. */
  constructor(text: string) {
    const parsed = keySetShape.safeParse(JSON.parse(text));
    if (!parsed.success) throw new Error('it is no JSON Web Key Set: expected {"keys": [...]}');
    // RFC 7517 §5: keys that are not understood are ignored.
    this.#keys = parsed.data.keys.flatMap((key) => jwkShape.safeParse(key).data ?? []);
    if (this.#keys.length === 0) throw new Error('it has no keys');
  }

  /**
   * Returns the keys that a token may be signed with, by its algorithm and key id. `kid` is optional in both places (RFC 7515 §4.1.4,
   * RFC 7517 §4.5): a token without one, or keys without, leave several.
   */
  candidates(alg: string, kid: string | undefined): readonly KeyObject[] {
    const fitting = this.#keys.filter((key) => fits(key, alg));
    const named = kid === undefined || kid === '' ? fitting : fitting.filter((key) => key.kid === kid);
    const chosen =
      named.length > 0 ? named : fitting.filter((key) => key.kid === undefined || key.kid === '');
    return chosen.slice(0, CANDIDATES_MAX).flatMap((key) => this.#import(key) ?? []);
  }

  #import(jwk: Jwk): KeyObject | null {
    let key = this.#imported.get(jwk);
    if (key === undefined) {
      key = publicKeyOf(jwk);
      this.#imported.set(jwk, key);
    }
    return key;
  }
}

function fits({ kty, use, alg, crv, key_ops: operations }: Jwk, wanted: string): boolean {
  if (use !== undefined && use !== 'sig') return false;
  if (alg !== undefined && alg !== wanted) return false;
  if (operations !== undefined && !operations.includes('verify')) return false;
  return wanted.startsWith('RS') ? kty === 'RSA' : kty === 'EC' && crv === CURVES[wanted];
}

function publicKeyOf(jwk: Jwk): KeyObject | null {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return null;
  }
}
