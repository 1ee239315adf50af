import { createPublicKey } from 'node:crypto';
import type {
  AccessControlPolicy,
  AccessControlPolicySpec,
} from '../../generated/v2/access-control-policy.ts';
import { issuersIn } from '../../claims/issuers.ts';
import { parseClaims } from '../../claims/parse.ts';
import type { Guard } from '../../model/model.ts';
import type { AccessPolicy, PolicySpec } from '../../model/policy.ts';
import type { Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { Resolved } from '../unit.ts';
import { readOidc, readOidcGoogle } from './oidc-policy.ts';

/** Names the policy that guards an Ingress or IngressRoute. */
export const POLICY_ANNOTATION = 'hub.traefik.io/access-control-policy';

const POLICY_FIELD = `metadata.annotations[${POLICY_ANNOTATION}]`;

export const accessControlPolicyKind = defineKind<AccessControlPolicy>({
  type: 'AccessControlPolicy.hub.traefik.io',
  compile({ spec, reader }) {
    const policy = compilePolicy(spec.spec ?? {}, reader);
    if (!policy.ok)
      reader.error('policy-not-loaded', 'spec', {
        message: `${policy.reason}; every route that names this policy returns 404`,
        fix: policy.fix,
      });
    const value: Resolved<AccessPolicy> = policy.ok
      ? {
          ok: true,
          value: { source: reader.self, ...(reader.isRemote ? { isRemote: true } : {}), ...policy.value },
        }
      : policy;
    return { value };
  },
});

/** The guard of a route that names a policy: closed unless the policy is there and loaded. */
export function guardBy(policyName: string, reader: Reader, field = POLICY_FIELD): Guard {
  // Policies of the first era had a namespace and were named `name@namespace`.
  const name = policyName.split('@')[0] ?? policyName;
  const key = `AccessControlPolicy.hub.traefik.io//${name}`;
  const policy = reader.result<AccessPolicy>(key);
  if (policy?.ok === true) return { kind: 'policy', policy: policy.value };
  const reason =
    policy === null
      ? `AccessControlPolicy "${name}" does not exist`
      : `AccessControlPolicy "${name}" did not load: ${policy.reason}`;
  const fix = policy === null ? `create AccessControlPolicy "${name}", or reference another one` : policy.fix;
  reader.error('policy-not-loaded', field, { message: `${reason}; the route returns 404`, fix });
  return { kind: 'closed', status: 404, reason, fix };
}

/** The first method set counts, in the order of the reference. */
function compilePolicy(spec: AccessControlPolicySpec, reader: Reader): Resolved<PolicySpec> {
  const fault = claimsFault(spec);
  if (fault !== null) return fault;
  if (spec.jwt !== undefined) return readJwt(spec.jwt);
  if (spec.basicAuth !== undefined) return { ok: true, value: readBasicAuth(spec.basicAuth) };
  if (spec.apiKey !== undefined) return readApiKey(spec.apiKey);
  if (spec.oidc !== undefined) return readOidc(spec.oidc, reader);
  if (spec.oidcGoogle !== undefined) return readOidcGoogle(spec.oidcGoogle, reader);
  if (spec.oAuthIntro !== undefined) return { ok: true, value: readIntrospection(spec.oAuthIntro) };
  return {
    ok: false,
    reason: 'exactly one of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro must be set',
    fix: 'set one of them in spec',
  };
}

/** Only of the method that counts: the rest of the object is not read. */
function claimsFault({
  jwt,
  basicAuth,
  apiKey,
  oidc,
  oidcGoogle,
  oAuthIntro,
}: AccessControlPolicySpec): Resolved<never> | null {
  const block = jwt ?? basicAuth ?? apiKey ?? oidc ?? oidcGoogle ?? oAuthIntro;
  const claims = block !== undefined && 'claims' in block ? block.claims : undefined;
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

function readJwt(jwt: NonNullable<AccessControlPolicySpec['jwt']>): Resolved<PolicySpec> {
  const { stripAuthorizationHeader, forwardHeaders, claims, ...verification } = jwt;
  const { signingSecret, publicKey, jwksFile, jwksUrl } = verification;
  if (!signingSecret && !publicKey && !jwksFile && !jwksUrl) {
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

function isPublicKey(pem: string): boolean {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}

function readBasicAuth(basic: NonNullable<AccessControlPolicySpec['basicAuth']>): PolicySpec {
  return {
    kind: 'basicAuth',
    users: basic.users ?? [],
    realm: basic.realm || 'hub',
    stripAuthorizationHeader: basic.stripAuthorizationHeader ?? false,
    forwardUsernameHeader: basic.forwardUsernameHeader || null,
  };
}

function readApiKey(apiKey: NonNullable<AccessControlPolicySpec['apiKey']>): Resolved<PolicySpec> {
  const keys = apiKey.keys ?? [];
  const bad = keys.find((key) => !/^[0-9a-fA-F]{128}$/.test(key.value));
  if (bad !== undefined) {
    return {
      ok: false,
      reason: `the value of key "${bad.id}" is not a hash`,
      fix: 'write the 128 hexadecimal digits of the SHAKE-256 hash (64 bytes) of the key, never the key itself',
    };
  }
  if (Object.values(apiKey.keySource).every((place) => !place)) {
    return {
      ok: false,
      reason: 'apiKey.keySource does not say where requests carry the key',
      fix: 'set header, query or cookie',
    };
  }
  return {
    ok: true,
    value: {
      kind: 'apiKey',
      keySource: apiKey.keySource,
      keys: keys.map(({ id, value, metadata = {} }) => ({ id, value: value.toLowerCase(), metadata })),
      forwardHeaders: apiKey.forwardHeaders ?? {},
    },
  };
}

function readIntrospection(intro: NonNullable<AccessControlPolicySpec['oAuthIntro']>): PolicySpec {
  const client = intro.clientConfig;
  return {
    kind: 'oAuthIntro',
    url: client.url,
    headers: client.headers ?? {},
    tokenTypeHint: client.tokenTypeHint || null,
    ca: client.tls?.ca || null,
    insecureSkipVerify: client.tls?.insecureSkipVerify ?? false,
    timeoutMs: (client.timeoutSeconds ?? 5) * 1000,
    maxRetries: client.maxRetries ?? 3,
    tokenSource: intro.tokenSource,
    forwardHeaders: intro.forwardHeaders ?? {},
    claims: intro.claims || null,
  };
}
