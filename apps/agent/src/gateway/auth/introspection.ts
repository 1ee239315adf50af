import type { AccessPolicy } from '@portolan/resources/model/policy';
import { z } from 'zod';
import { claimsTest } from '@portolan/resources/claims/claims-test';
import type { Exchange } from '../exchange/exchange.ts';
import type { RemoteServices } from './jwt.ts';
import { setHeader, type HeaderList } from '../http/header-list.ts';
import { CLAIMS_DO_NOT_FIT, keyRefusal, uncheckedReply } from './refusals.ts';
import type { Stage } from '../exchange/exchange.ts';
import { forwardClaims } from './forward-fields.ts';
import { requestTemplate } from './request-template.ts';
import { consumeCredential, readCredential } from './read-credential.ts';
import { withRetries } from './with-retries.ts';

const RESPONSE_BYTES_MAX = 64 * 1024;
const RETRY_AFTER_SECONDS = 5;

const responseShape = z.looseObject({ active: z.boolean() });

/** OAuth 2.0 token introspection (RFC 7662). */
export function introspectionStage(
  policy: Extract<AccessPolicy, { kind: 'oAuthIntro' }>,
  { auxiliary, logger }: RemoteServices,
): Stage {
  const isAllowed = claimsTest(policy.claims);
  const headers = Object.entries(policy.headers).map(
    ([name, text]) => [name, requestTemplate(text)] as const,
  );
  const questionHeaders = (exchange: Exchange): HeaderList => {
    const list = ['accept', 'application/json', 'content-type', 'application/x-www-form-urlencoded'];
    for (const [name, fill] of headers) setHeader(list, name, fill(exchange));
    return list;
  };
  const missing = keyRefusal(policy.tokenSource, 'No token was sent.', false);
  const inactive = keyRefusal(policy.tokenSource, 'The token is not active.', true);
  const ask = async (exchange: Exchange, token: string): Promise<Record<string, unknown>> => {
    const form = new URLSearchParams({ token });
    if (policy.tokenTypeHint !== null) form.set('token_type_hint', policy.tokenTypeHint);
    const response = await auxiliary.send({
      method: 'POST',
      url: policy.url,
      headers: questionHeaders(exchange),
      body: form.toString(),
      timeoutMs: policy.client.timeoutMs,
      bytesMax: RESPONSE_BYTES_MAX,
      tls: policy.client,
    });
    if (response.status !== 200) throw new Error(`introspection answered ${response.status}`);
    return responseShape.parse(JSON.parse(response.body.toString('utf8')));
  };
  return {
    async onRequest(exchange) {
      const token = readCredential(exchange, policy.tokenSource);
      if (token === null) return missing;
      const answer = await withRetries(policy.client, () => ask(exchange, token)).catch((error: unknown) => {
        logger.warn(
          { event: 'introspection.failed', policy: policy.source.key, reason: String(error) },
          'token introspection failed',
        );
        return null;
      });
      if (answer === null)
        return uncheckedReply('The token cannot be checked at present.', RETRY_AFTER_SECONDS);
      if (answer['active'] !== true) return inactive;
      if (!isAllowed(answer)) return CLAIMS_DO_NOT_FIT;
      if (policy.stripsToken) consumeCredential(exchange, policy.tokenSource);
      forwardClaims(exchange, policy.forwardHeaders, answer);
      return undefined;
    },
  };
}
