import type { AccessPolicy, PolicySpec } from '@portolan/resources/model/policy';
import { claimsTest } from '@portolan/resources/claims/expression';
import { FORBIDDEN, UNAUTHORIZED } from '../http/reply.ts';
import type { GatewayRuntime } from '../runtime.ts';
import type { Stage } from '../stage.ts';
import { apiKeyStage } from './api-key-policy.ts';
import { basicStage } from './basic.ts';
import { forwardClaims } from './forward-fields.ts';
import { introspectionStage } from './introspection.ts';
import { jwtVerifier, readJwt } from './jwt.ts';
import { oidcStage } from './oidc/oidc-stage.ts';

/** The stage that enforces an AccessControlPolicy. @throws Error when the policy cannot be enforced as written. */
export function policyStage(policy: AccessPolicy, runtime: GatewayRuntime): Stage {
  switch (policy.kind) {
    case 'jwt':
      return jwtStage(policy, runtime);
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
      return oidcStage(policy, runtime);
    case 'oAuthIntro':
      return introspectionStage(policy, runtime);
  }
}

function jwtStage(policy: Extract<PolicySpec, { kind: 'jwt' }>, { logger }: GatewayRuntime): Stage {
  const verify = jwtVerifier(policy.verification, logger);
  const isAllowed = claimsTest(policy.claims);
  return {
    async onRequest(exchange) {
      const token = readJwt(exchange, policy.verification);
      const claims = token === null ? null : await verify(token);
      if (claims === null) return UNAUTHORIZED;
      if (!isAllowed(claims)) return FORBIDDEN;
      if (policy.stripAuthorizationHeader) exchange.deleteRequestHeader('authorization');
      forwardClaims(exchange, policy.forwardHeaders, claims);
      return undefined;
    },
  };
}
