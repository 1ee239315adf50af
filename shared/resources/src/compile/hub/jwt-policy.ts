import { createPublicKey } from 'node:crypto';
import { issuersIn } from '../../claims/issuers.ts';
import { parseClaims } from '../../claims/parse.ts';
import type { JwtVerification } from '../../model/authentication.ts';
import type { PolicySpec } from '../../model/policy.ts';
import type { Resolved } from '../unit.ts';

type JwtPolicy = Extract<PolicySpec, { kind: 'jwt' }>;

/** Returns what is wrong with an expression over claims; null if nothing is, or there is none. */
export function claimsFault(claims: string | undefined): Resolved<never> | null {
  if (!claims) return null;
  try {
    parseClaims(claims);
    return null;
  } catch (error) {
    return {
      ok: false,
      reason: error instanceof Error ? error.message : String(error),
      fix: 'write for instance Equals("group", "admins") && !Contains("scope", "guest")',
    };
  }
}

/** A policy of tokens with the names that an AccessControlPolicy gives its fields. */
interface JwtOptions extends JwtVerification {
  readonly stripAuthorizationHeader?: boolean;
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  readonly claims?: string;
}

/** Returns the policy; refuses one that has no key, a key that is none, or keys that the author of a token would choose. */
export function readJwtPolicy(jwt: JwtOptions): Resolved<JwtPolicy> {
  const { stripAuthorizationHeader, forwardHeaders, claims, ...verification } = jwt;
  const { signingSecret, publicKey, jwksFile, jwksUrl, keySets = [] } = verification;
  if (!signingSecret && !publicKey && !jwksFile && !jwksUrl && keySets.length === 0) {
    return {
      ok: false,
      reason: 'jwt names nothing to verify tokens with',
      fix: 'set one of signingSecret, publicKey, jwksFile, jwksUrl',
    };
  }
  if (publicKey && !isPublicKey(publicKey)) {
    return {
      ok: false,
      reason: 'jwt.publicKey is not a PEM public key',
      fix: 'paste the key with its -----BEGIN PUBLIC KEY----- lines',
    };
  }
  const isPath = jwksUrl !== undefined && jwksUrl !== '' && !/^https?:\/\//.test(jwksUrl);
  const trustedIssuers = isPath ? issuersOf(claims) : undefined;
  if (trustedIssuers === null) {
    return {
      ok: false,
      reason: `jwt.jwksUrl "${jwksUrl}" is a path on the issuer of each token, but tokens of any issuer are accepted: the author of a token would choose the keys that verify it`,
      fix: 'write the whole URL, or name the issuer in jwt.claims: Equals("iss", "https://idp.example.com")',
    };
  }
  return {
    ok: true,
    value: {
      kind: 'jwt',
      verification: trustedIssuers === undefined ? verification : { ...verification, trustedIssuers },
      stripAuthorizationHeader: stripAuthorizationHeader ?? false,
      forwardHeaders: forwardHeaders ?? {},
      claims: claims || null,
    },
  };
}

/** The issuers that a policy's own claims expression insists on, if each of them is an address to find keys at. */
function issuersOf(claims: string | undefined): readonly string[] | null {
  const issuers = claims ? issuersIn(claims) : null;
  return issuers?.every((issuer) => /^https?:\/\//.test(issuer) && URL.canParse(issuer)) === true
    ? issuers
    : null;
}

/** Returns whether a text is a public key in PEM. */
export function isPublicKey(pem: string): boolean {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}
