import { timingSafeEqual } from 'node:crypto';
import type { PolicySpec } from '@portolan/resources/model/policy';
import { UNAUTHORIZED } from '../http/reply.ts';
import type { Stage } from '../stage.ts';
import { hashApiKey } from '@portolan/contract/api-key-hash';
import { readCredential } from './key-source.ts';

type PolicyKey = Extract<PolicySpec, { kind: 'apiKey' }>['keys'][number];

const KEY_LENGTH_MAX = 4096;

/** API keys listed in the policy itself; `_id` among the forwarded metadata is the key's id. */
export function apiKeyStage(policy: Extract<PolicySpec, { kind: 'apiKey' }>): Stage {
  const keys = new Map(policy.keys.map((key) => [key.value.toLowerCase(), knownKey(key)]));
  const headers = Object.entries(policy.forwardHeaders);
  return {
    onRequest(exchange) {
      const key = readCredential(exchange, policy.keySource);
      if (key === null || key.length > KEY_LENGTH_MAX) return UNAUTHORIZED;
      const digest = hashApiKey(key);
      const found = keys.get(digest);
      if (found === undefined || !timingSafeEqual(found.digest, Buffer.from(digest))) return UNAUTHORIZED;
      for (const [header, name] of headers) {
        const value = found.metadata.get(name);
        if (value === undefined) exchange.deleteRequestHeader(header);
        else exchange.setRequestHeader(header, value);
      }
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
