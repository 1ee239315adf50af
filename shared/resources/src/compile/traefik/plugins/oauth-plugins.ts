import { z } from 'zod';
import type { PolicySpec } from '../../../model/policy.ts';
import { claimsFault } from '../../hub/jwt-policy.ts';
import type { Resolved } from '../../unit.ts';
import { keySource, sourceOf } from './auth-plugins.ts';
import { clientConfig, clientSettings } from './client-config.ts';
import { flag, text, textMap, texts } from './options.ts';
import { definePlugin, policyMiddleware } from './plugin.ts';

const introspectionShape = z.looseObject({
  clientConfig: clientConfig.extend({
    url: text,
    headers: textMap.optional(),
    tokenTypeHint: text.optional(),
  }),
  // The example of the reference page writes it here, its table in clientConfig.
  tokenTypeHint: text.optional(),
  tokenSource: keySource,
  claims: text.optional(),
  forwardHeaders: textMap.optional(),
  forwardAuthorization: flag.optional(),
});

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-oauth-introspection */
export const introspectionPlugin = definePlugin({
  name: 'oAuthIntrospection',
  shape: introspectionShape,
  compile: (options, reader) => policyMiddleware(readIntrospection(options), reader),
});

function readIntrospection(options: z.infer<typeof introspectionShape>): Resolved<PolicySpec> {
  const { url, headers, tokenTypeHint } = options.clientConfig;
  const fault = urlFault('oAuthIntrospection.clientConfig.url', url) ?? claimsFault(options.claims);
  if (fault !== null) return fault;
  const client = clientSettings(options.clientConfig);
  if (!client.ok) return client;
  const tokenSource = sourceOf(options.tokenSource);
  if (tokenSource === null)
    return {
      ok: false,
      reason: 'oAuthIntrospection.tokenSource does not say where requests carry the token',
      fix: 'set header, query or cookie',
    };
  return {
    ok: true,
    value: {
      kind: 'oAuthIntro',
      url,
      headers: headers ?? {},
      tokenTypeHint: tokenTypeHint || options.tokenTypeHint || null,
      client: client.value,
      tokenSource,
      stripsToken: options.forwardAuthorization !== true,
      forwardHeaders: options.forwardHeaders ?? {},
      claims: options.claims || null,
    },
  };
}

const clientCredentialsShape = z.looseObject({
  url: text,
  clientID: text.optional(),
  clientSecret: text.optional(),
  audience: text.optional(),
  scopes: texts.optional(),
  claims: text.optional(),
  forwardHeaders: textMap.optional(),
  clientConfig: clientConfig.optional(),
});

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-oauth-client-creds */
export const clientCredentialsPlugin = definePlugin({
  name: 'oAuthClientCredentials',
  shape: clientCredentialsShape,
  compile: (options, reader) => policyMiddleware(readClientCredentials(options), reader),
});

function readClientCredentials(options: z.infer<typeof clientCredentialsShape>): Resolved<PolicySpec> {
  const { url, clientID, clientSecret } = options;
  const fault = urlFault('oAuthClientCredentials.url', url) ?? claimsFault(options.claims);
  if (fault !== null) return fault;
  const client = clientSettings(options.clientConfig);
  if (!client.ok) return client;
  if (Boolean(clientID) !== Boolean(clientSecret))
    return {
      ok: false,
      reason: 'oAuthClientCredentials has only one of clientID and clientSecret',
      fix: 'set both, or neither for callers that send theirs as HTTP Basic authentication',
    };
  return {
    ok: true,
    value: {
      kind: 'clientCredentials',
      url,
      credentials: clientID && clientSecret ? { id: clientID, secret: clientSecret } : null,
      audience: options.audience || null,
      scopes: options.scopes ?? [],
      client: client.value,
      forwardHeaders: options.forwardHeaders ?? {},
      claims: options.claims || null,
    },
  };
}

function urlFault(field: string, url: string): Resolved<never> | null {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return null;
  return { ok: false, reason: `${field} is not an absolute URL`, fix: 'write it with https:// and its path' };
}
