import type {
  AccessControlPolicy,
  AccessControlPolicySpec,
} from '../../generated/v2/access-control-policy.ts';
import type { Guard } from '../../model/model.ts';
import type { AccessPolicy, PolicySpec } from '../../model/policy.ts';
import type { Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { Resolved } from '../unit.ts';
import { claimsFault, readJwtPolicy } from './jwt-policy.ts';
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
  const fault = faultOfClaims(spec);
  if (fault !== null) return fault;
  if (spec.jwt !== undefined) return readJwtPolicy(spec.jwt);
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
function faultOfClaims({
  jwt,
  basicAuth,
  apiKey,
  oidc,
  oidcGoogle,
  oAuthIntro,
}: AccessControlPolicySpec): Resolved<never> | null {
  const block = jwt ?? basicAuth ?? apiKey ?? oidc ?? oidcGoogle ?? oAuthIntro;
  const claims = block !== undefined && 'claims' in block ? block.claims : undefined;
  return claimsFault(claims);
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
    client: {
      ca: client.tls?.ca || null,
      certificate: null,
      insecureSkipVerify: client.tls?.insecureSkipVerify ?? false,
      timeoutMs: (client.timeoutSeconds ?? 5) * 1000,
      maxRetries: client.maxRetries ?? 3,
    },
    tokenSource: intro.tokenSource,
    stripsToken: false,
    forwardHeaders: intro.forwardHeaders ?? {},
    claims: intro.claims || null,
  };
}
