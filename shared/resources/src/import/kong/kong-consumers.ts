import type { ImportedCaller, ImportedSecretText, ImportedTokenIssuer } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** A consumer of Kong with the groups that the plugin acl asks for. */
export interface KongConsumer {
  readonly caller: ImportedCaller;
  readonly groups: readonly string[];
}

const ALGORITHMS_OF_SECRETS: ReadonlySet<string> = new Set(['HS256', 'HS384', 'HS512']);
/** What decK and Kong's vaults replace; the file does not have the value. */
const REFERENCE = /^\{vault:\/\/|\$\{\{/;

/** Returns the consumers with their credentials. https://developer.konghq.com/gateway/entities/consumer/ */
export function readConsumers(root: SourceMap, losses: Losses): readonly KongConsumer[] {
  return root.maps('consumers').map((map) => readConsumer(map, losses));
}

function readConsumer(map: SourceMap, losses: Losses): KongConsumer {
  map.skip('id', 'created_at', 'updated_at', 'tags', 'plugins');
  const username = map.text('username');
  const customId = map.text('custom_id');
  const name = username ?? customId ?? 'consumer';
  for (const key of ['hmacauth_credentials', 'oauth2_credentials', 'mtls_auth_credentials'])
    if (map.has(key)) losses.add('ignored', map.at(key), 'credentials of this kind are not imported');
  map.skip('hmacauth_credentials', 'oauth2_credentials', 'mtls_auth_credentials');
  const groups = map.maps('acls').map((acl) => {
    acl.skip('id', 'created_at', 'tags');
    return acl.text('group') ?? '';
  });
  return {
    caller: {
      name,
      path: map.path,
      owner: name,
      ...(customId === undefined ? {} : { notes: `custom_id ${customId} in Kong` }),
      apiKeys: map.maps('keyauth_credentials').map((key) => {
        key.skip('id', 'created_at', 'tags', 'ttl');
        return secretText(key, 'key');
      }),
      passwords: map.maps('basicauth_credentials').flatMap((credential) => readPassword(credential)),
      tokens: map.maps('jwt_secrets').flatMap((token) => readToken(token, losses)),
    },
    groups: [...groups.filter((group) => group !== ''), ...consumerGroups(map, losses)],
  };
}

/** Consumer groups are another thing than the groups of acl. */
function consumerGroups(map: SourceMap, losses: Losses): readonly string[] {
  if (map.has('groups')) losses.add('ignored', map.at('groups'), 'consumer groups are not imported');
  map.skip('groups');
  return [];
}

function readPassword(map: SourceMap): ImportedCaller['passwords'] {
  map.skip('id', 'created_at', 'tags');
  const user = map.text('username');
  return user === undefined ? [] : [{ user, password: secretText(map, 'password') }];
}

function readToken(map: SourceMap, losses: Losses): readonly ImportedTokenIssuer[] {
  map.skip('id', 'created_at', 'tags');
  const issuer = map.text('key');
  const algorithm = map.text('algorithm') ?? 'HS256';
  const pem = map.text('rsa_public_key');
  const secret = secretText(map, 'secret');
  if (issuer === undefined) {
    losses.add('ignored', map.path, 'names no key, which Kong would make up; tokens cannot name it');
    return [];
  }
  if (ALGORITHMS_OF_SECRETS.has(algorithm))
    return [{ issuer, path: map.path, key: { kind: 'secret', secret, isBase64: false } }];
  return pem === undefined ? [] : [{ issuer, path: map.path, key: { kind: 'public', pem } }];
}

function secretText(map: SourceMap, key: string): ImportedSecretText {
  const text = map.text(key);
  return { path: map.at(key), value: text === undefined || REFERENCE.test(text) ? null : text };
}
