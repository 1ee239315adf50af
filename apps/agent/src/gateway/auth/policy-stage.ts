import { timingSafeEqual } from 'node:crypto';
import type { AccessPolicy, PolicySpec } from '@portolan/resources/model/policy';
import { claimsTest } from '@portolan/resources/claims/claims-test';
import type { JwtVerification } from '@portolan/resources/model/authentication';
import type { Exchange, Stage, StageServices } from '../exchange/exchange.ts';
import { fieldText } from '../http/header-list.ts';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { consumeCredential, readCredential } from './read-credential.ts';
import { basicStage } from './basic.ts';
import { forwardClaims } from './forward-fields.ts';
import { clientCredentialsStage } from './client-credentials.ts';
import { hmacStage } from './hmac.ts';
import { parseHashes, TooManyPasswordChecks } from './htpasswd.ts';
import { introspectionStage } from './introspection.ts';
import { consumeToken, isClaims, jwtVerifier, type RemoteServices } from './jwt.ts';
import { ldapStage } from './ldap.ts';
import { oidcStage } from './oidc-stage.ts';
import { CLAIMS_DO_NOT_FIT, keyRefusal, missingKey, uncheckedReply } from './refusals.ts';

/** Returns the stage that enforces an AccessControlPolicy. @throws Error when the policy cannot be enforced as written. */
export function policyStage(policy: AccessPolicy, services: StageServices): Stage {
  const { auxiliary, logger } = services;
  const remote = { logger, auxiliary: policy.isRemote === true ? auxiliary.remoteOnly : auxiliary };
  switch (policy.kind) {
    case 'jwt':
      return jwtStage(policy, remote);
    case 'basicAuth':
      return basicStage({
        users: policy.users,
        realm: policy.realm,
        removeHeader: policy.stripAuthorizationHeader,
        userHeader: policy.forwardUsernameHeader,
      });
    case 'apiKey':
      return apiKeyStage(policy);
    case 'oidc':
      return oidcStage(policy, { ...remote, stores: services.stores });
    case 'oAuthIntro':
      return introspectionStage(policy, remote);
    case 'clientCredentials':
      return clientCredentialsStage(policy, remote);
    case 'hashedKeys':
      return hashedKeysStage(policy);
    case 'ldap':
      return ldapStage(policy);
    case 'hmac':
      return hmacStage(policy);
  }
}

function jwtStage(policy: Extract<PolicySpec, { kind: 'jwt' }>, services: RemoteServices): Stage {
  const verify = jwtVerifier(policy.verification, services);
  const isAllowed = claimsTest(policy.claims);
  return {
    async onRequest(exchange) {
      const claims = await verify(exchange);
      if (!isClaims(claims)) return claims;
      if (!isAllowed(claims)) return CLAIMS_DO_NOT_FIT;
      if (policy.stripAuthorizationHeader) stripToken(exchange, policy.verification);
      forwardClaims(exchange, policy.forwardHeaders, claims);
      return undefined;
    },
  };
}

/** A scheme that is not Bearer goes too: the field was for the gateway. */
function stripToken(exchange: Exchange, verification: JwtVerification): void {
  consumeToken(exchange, verification);
  exchange.deleteRequestHeader('authorization');
}

type PolicyKey = Extract<PolicySpec, { kind: 'apiKey' }>['keys'][number];

const KEY_LENGTH_MAX = 4096;

/** API keys listed in the policy itself; `_id` among the forwarded metadata is the key's id. */
function apiKeyStage(policy: Extract<PolicySpec, { kind: 'apiKey' }>): Stage {
  const keys = new Map(policy.keys.map((key) => [key.value.toLowerCase(), knownKey(key)]));
  const headers = Object.entries(policy.forwardHeaders);
  const missing = keyRefusal(policy.keySource, missingKey(policy.keySource), false);
  const unknown = keyRefusal(policy.keySource, 'The API key is not valid.', true);
  return {
    onRequest(exchange) {
      const key = readCredential(exchange, policy.keySource);
      if (key === null) return missing;
      if (key.length > KEY_LENGTH_MAX) return unknown;
      const digest = hashApiKey(key);
      const found = keys.get(digest);
      if (found === undefined || !timingSafeEqual(found.digest, Buffer.from(digest))) return unknown;
      consumeCredential(exchange, policy.keySource);
      for (const [header, name] of headers) {
        const value = found.metadata.get(name);
        if (value === undefined) exchange.deleteRequestHeader(header);
        else exchange.setRequestHeader(header, fieldText(value));
      }
      return undefined;
    },
  };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** API keys of which only htpasswd hashes are known. */
function hashedKeysStage({
  keySource,
  hashes,
  isBase64,
}: Extract<PolicySpec, { kind: 'hashedKeys' }>): Stage {
  const keys = parseHashes(hashes);
  const missing = keyRefusal(keySource, missingKey(keySource), false);
  const unknown = keyRefusal(keySource, 'The API key is not valid.', true);
  return {
    async onRequest(exchange) {
      const sent = readCredential(exchange, keySource);
      if (sent === null) return missing;
      if (sent.length > KEY_LENGTH_MAX || (isBase64 && !BASE64.test(sent))) return unknown;
      const key = isBase64 ? Buffer.from(sent, 'base64').toString('utf8') : sent;
      try {
        if (!(await keys.verify(key))) return unknown;
      } catch (error) {
        if (!(error instanceof TooManyPasswordChecks)) throw error;
        return uncheckedReply('Too many keys are being checked.', 1);
      }
      consumeCredential(exchange, keySource);
      return undefined;
    },
  };
}

function knownKey(key: PolicyKey): { digest: Buffer; metadata: ReadonlyMap<string, string> } {
  return {
    digest: Buffer.from(key.value.toLowerCase()),
    metadata: new Map([...Object.entries(key.metadata), ['_id', key.id]]),
  };
}
