import type { ImportedCaller, ImportedSecretText, ImportedTokenIssuer } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

export interface ApisixConsumer {
  readonly caller: ImportedCaller;
  readonly group: string | null;
  /** Its limit, which counts its requests alone. */
  readonly limitCount: SourceMap | null;
}

/** What APISIX looks up in its secret stores and in its environment. */
const REFERENCE = /^\$(?:secret|env|ENV):\/\//;

/** Returns the consumers with their credentials. https://apisix.apache.org/docs/apisix/terminology/consumer/ */
export function readConsumers(root: SourceMap, losses: Losses): readonly ApisixConsumer[] {
  return root.maps('consumers').flatMap((map) => {
    const consumer = readConsumer(map, losses);
    return consumer === null ? [] : [consumer];
  });
}

function readConsumer(map: SourceMap, losses: Losses): ApisixConsumer | null {
  map.skip('create_time', 'update_time', 'labels', 'desc', 'id');
  const name = map.text('username') ?? map.path;
  const plugins = new Map([...map.entries('plugins'), ...credentialsOf(map)]);
  const key = plugins.get('key-auth');
  const basic = plugins.get('basic-auth');
  const jwt = plugins.get('jwt-auth');
  const known = ['key-auth', 'basic-auth', 'jwt-auth', 'limit-count'];
  const others = [...plugins].filter(([plugin]) => !known.includes(plugin));
  for (const [plugin, config] of others) {
    losses.add(
      'withheld',
      config.path,
      `plugin ${plugin} for one consumer: the credentials of "${name}" are left out`,
    );
    config.skipAll();
  }
  if (others.length > 0) {
    map.skipAll();
    for (const config of plugins.values()) config.skipAll();
    return null;
  }
  const user = basic?.text('username');
  return {
    group: map.text('group_id') ?? null,
    limitCount: plugins.get('limit-count') ?? null,
    caller: {
      name,
      path: map.path,
      owner: name,
      apiKeys: key === undefined ? [] : [secretText(key, 'key')],
      passwords:
        basic === undefined || user === undefined ? [] : [{ user, password: secretText(basic, 'password') }],
      tokens: jwt === undefined ? [] : readToken(jwt),
    },
  };
}

/** Since 3.11 credentials are objects of their own, which the stand-alone mode lists with the consumer. */
function credentialsOf(map: SourceMap): readonly (readonly [string, SourceMap])[] {
  return map.maps('credentials').flatMap((credential) => {
    credential.skip('id', 'create_time', 'update_time', 'labels', 'desc', 'name');
    return credential.entries('plugins');
  });
}

function readToken(map: SourceMap): readonly ImportedTokenIssuer[] {
  const issuer = map.text('key');
  const algorithm = map.text('algorithm') ?? 'HS256';
  const pem = map.text('public_key');
  map.skip('exp', 'private_key', 'lifetime_grace_period');
  if (issuer === undefined) return [];
  if (!algorithm.startsWith('HS'))
    return pem === undefined ? [] : [{ issuer, path: map.path, key: { kind: 'public', pem } }];
  const isBase64 = map.flag('base64_secret') ?? false;
  return [{ issuer, path: map.path, key: { kind: 'secret', secret: secretText(map, 'secret'), isBase64 } }];
}

function secretText(map: SourceMap, key: string): ImportedSecretText {
  const text = map.text(key);
  return { path: map.at(key), value: text === undefined || REFERENCE.test(text) ? null : text };
}
