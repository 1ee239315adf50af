import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { startDirectory } from '../testing/ldap-server.ts';
import { upstream, type Answer } from '../testing/servers.ts';
import { pluginRoute, startV3 } from '../testing/v3-cluster.ts';

const sha = (key: string): string => `{SHA}${createHash('sha1').update(key).digest('base64')}`;
const sentUp = (answer: Answer): Record<string, string> => JSON.parse(answer.body).headers;
const urlUp = (answer: Answer): string => JSON.parse(answer.body).url;
const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const SECRET = 'a-secret-of-at-least-32-characters!!';
const token = (claims: object): Promise<string> =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(Buffer.from(SECRET));

describe('apiKey', () => {
  it('takes keys in base64, and hashes of every kind that htpasswd makes', async () => {
    // htpasswd -nbB "" bar | cut -c 2- (from the reference page), and apr1 by openssl.
    const bcrypt = '$2y$05$HbLL.g5dUqJippH0RuAGL.RaM9wNS2cT7hp6.vbv5okdCmVBSDzzK';
    const apr1 = execFileSync('openssl', ['passwd', '-apr1', '-salt', 'abcdefgh', 'third']).toString().trim();
    const { ask } = await startV3(
      pluginRoute(
        `{apiKey: {keySource: {header: Authorization, headerAuthScheme: Bearer}, secretValues: ["${bcrypt}", "${sha('foo')}", "${apr1}"]}}`,
      ),
    );
    for (const key of ['foo', 'bar', 'third', 'foo']) {
      const answer = await ask({ headers: { authorization: `Bearer ${base64(key)}` } });
      expect([key, answer.status]).toEqual([key, 200]);
      // The key was for the gateway.
      expect(sentUp(answer)['authorization']).toBeUndefined();
    }
    for (const key of [base64('other'), 'foo', '****', '']) {
      const answer = await ask({ headers: { authorization: `Bearer ${key}` } });
      expect([key, answer.status]).toEqual([key, 401]);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    }
  });

  it.each([
    ['header', '{header: X-Key}', { headers: { 'x-key': 'foo' } }],
    ['query', '{query: key}', { path: '/?key=foo&a=b' }],
    ['cookie', '{cookie: key}', { headers: { cookie: 'key=foo; other=1' } }],
  ])(
    'reads plain keys from a %s, by a Secret, and keeps them from the upstream',
    async (_, source, question) => {
      const { ask } = await startV3(
        `${pluginRoute(`{apiKey: {keySource: ${source}, secretNonBase64Encoded: true, secretValues: ["urn:k8s:secret:keys:a"]}}`)}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: city}
stringData: {a: "${sha('foo')}\\n"}
`,
      );
      const answer = await ask(question);
      expect(answer.status).toBe(200);
      expect(answer.body).not.toContain('foo');
      expect((await ask({})).status).toBe(401);
    },
  );
});

describe('jwt', () => {
  it('checks the token, forwards claims and takes the token away', async () => {
    const { ask } = await startV3(
      pluginRoute(
        `{jwt: {signingSecret: ${SECRET}, claims: "Equals(\`grp\`, \`admin\`)", forwardHeaders: {Group: grp}}}`,
      ),
    );
    const answer = await ask({
      headers: { authorization: `Bearer ${await token({ grp: 'admin' })}`, group: 'forged' },
    });
    expect(sentUp(answer)).toMatchObject({ group: 'admin' });
    expect(sentUp(answer)['authorization']).toBeUndefined();
    expect((await ask({ headers: { authorization: `Bearer ${await token({ grp: 'x' })}` } })).status).toBe(
      403,
    );
    // Without tokenKey, Authorization alone is read.
    expect((await ask({ path: `/?jwt=${await token({ grp: 'admin' })}` })).status).toBe(401);
    expect((await ask({})).status).toBe(401);
  });

  it('forwards the token with forwardAuthorization', async () => {
    const { ask } = await startV3(
      pluginRoute(`{jwt: {signingSecret: ${SECRET}, forwardAuthorization: true}}`),
    );
    const authorization = `Bearer ${await token({})}`;
    expect(sentUp(await ask({ headers: { authorization } }))).toMatchObject({ authorization });
  });

  it('reads tokenKey in the query and in a form, which reaches the upstream whole', async () => {
    const { ask } = await startV3(pluginRoute(`{jwt: {signingSecret: ${SECRET}, tokenKey: t}}`));
    const query = await ask({ path: `/a?t=${await token({})}&b=c` });
    expect([query.status, urlUp(query)]).toEqual([200, '/a?b=c']);
    const body = `x=y&t=${await token({})}`;
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const posted = await ask({ ...form, body });
    expect([posted.status, JSON.parse(posted.body).body]).toEqual([200, body]);
    expect((await ask({ ...form, body: 'x=y' })).status).toBe(401);
    expect((await ask({ ...form, headers: { 'content-type': 'text/plain' }, body })).status).toBe(401);
  });
});

describe('oAuthIntrospection', () => {
  it.each([
    ['strips the token', '', undefined],
    ['forwards the token with forwardAuthorization', ', forwardAuthorization: true', 'Bearer good'],
  ])('asks the server, and %s', async (_, more, expected) => {
    const seen: string[] = [];
    const server = await upstream((req, res) => {
      seen.push(`${req.method} ${req.headers.authorization}`);
      let body = '';
      req.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      req.on('end', () => {
        seen.push(body);
        res.end(JSON.stringify({ active: body.includes('token=good'), grp: 'admin' }));
      });
    });
    const { ask } = await startV3(
      pluginRoute(
        `{oAuthIntrospection: {tokenSource: {header: Authorization, headerAuthScheme: Bearer}, clientConfig: {url: "http://127.0.0.1:${server.port}/i", tokenTypeHint: access_token, headers: {Authorization: Basic abc}}, claims: "Equals(\`grp\`, \`admin\`)", forwardHeaders: {Group: grp}${more}}}`,
      ),
    );
    const answer = await ask({ headers: { authorization: 'Bearer good' } });
    expect(sentUp(answer)).toMatchObject({ group: 'admin' });
    expect(sentUp(answer)['authorization']).toBe(expected);
    expect(seen).toEqual(['POST Basic abc', 'token=good&token_type_hint=access_token']);
    expect((await ask({ headers: { authorization: 'Bearer bad' } })).status).toBe(401);
  });
});

describe('oAuthClientCredentials', () => {
  // Form-encoded before they become a field (RFC 6749 §2.3.1).
  const KNOWN = [basic('my%3Aclient', 'hu%26sh'), basic('caller', 'hu%26sh')].map(
    (each) => each.authorization,
  );

  async function server(lifetime = 3600) {
    const forms: string[] = [];
    const issued = await token({ grp: 'admin' });
    const { port } = await upstream((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      req.on('end', () => {
        forms.push(body);
        const isRight = KNOWN.includes(req.headers.authorization ?? '');
        res.statusCode = isRight ? 200 : 401;
        res.end(
          JSON.stringify(
            isRight
              ? { access_token: issued, token_type: 'Bearer', expires_in: lifetime }
              : { error: 'invalid_client' },
          ),
        );
      });
    });
    return { url: `http://127.0.0.1:${port}/token`, forms, issued };
  }
  const CREDENTIALS = 'clientID: "my:client", clientSecret: "hu&sh"';

  it('gives the upstream a token of the gateway, which it keeps', async () => {
    const { url, forms, issued } = await server();
    const { ask } = await startV3(
      pluginRoute(
        `{oAuthClientCredentials: {url: "${url}", ${CREDENTIALS}, audience: "https://api.test", scopes: [a, b], claims: "Equals(\`grp\`, \`admin\`)", forwardHeaders: {Group: grp}}}`,
      ),
    );
    const answers = await Promise.all([ask({}), ask({}), ask({ headers: { authorization: 'Bearer mine' } })]);
    for (const answer of answers)
      expect(sentUp(answer)).toMatchObject({ authorization: `Bearer ${issued}`, group: 'admin' });
    expect(forms).toEqual(['grant_type=client_credentials&audience=https%3A%2F%2Fapi.test&scope=a+b']);
  });

  it('takes the credentials of callers, and tells apart who may', async () => {
    const { url, forms, issued } = await server();
    const { ask } = await startV3(pluginRoute(`{oAuthClientCredentials: {url: "${url}"}}`));
    for (let i = 0; i < 2; i++)
      expect(sentUp(await ask({ headers: basic('caller', 'hu&sh') }))).toMatchObject({
        authorization: `Bearer ${issued}`,
      });
    expect(forms).toHaveLength(1);
    expect((await ask({ headers: basic('caller', 'other') })).status).toBe(401);
    expect((await ask({})).headers['www-authenticate']).toBe('Basic realm="m"');
    expect(forms).toHaveLength(2);
  });

  it('refuses claims that do not fit, and says when the server is away', async () => {
    const { url } = await server();
    const strict = await startV3(
      pluginRoute(
        `{oAuthClientCredentials: {url: "${url}", ${CREDENTIALS}, claims: "Equals(\`grp\`, \`other\`)"}}`,
      ),
    );
    expect((await strict.ask({})).status).toBe(403);
    const wrong = await startV3(
      pluginRoute(`{oAuthClientCredentials: {url: "${url}", clientID: c, clientSecret: wrong}}`),
    );
    expect((await wrong.ask({})).status).toBe(502);
    const away = await startV3(
      pluginRoute(
        `{oAuthClientCredentials: {url: "http://127.0.0.1:1/", ${CREDENTIALS}, clientConfig: {maxRetries: 0, timeoutSeconds: 1}}}`,
      ),
    );
    const answer = await away.ask({});
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });

  it('fetches another token before one ends', async () => {
    const { url, forms } = await server(0);
    const { ask } = await startV3(pluginRoute(`{oAuthClientCredentials: {url: "${url}", ${CREDENTIALS}}}`));
    await ask({});
    await ask({});
    expect(forms).toHaveLength(2);
  });
});

describe('ldap', () => {
  const ENTRIES = [
    { dn: 'cn=ann,dc=city', password: 'right', attributes: { uid: 'ann' } },
    { dn: 'cn=reader,dc=city', password: 'reader-pass', attributes: {} },
  ];

  it('binds as the caller; neither challenge nor credentials go further', async () => {
    const { url } = await startDirectory(ENTRIES);
    const { ask } = await startV3(pluginRoute(`{ldap: {url: "${url}", baseDN: "dc=city"}}`));
    const answer = await ask({ headers: { ...basic('ann', 'right'), username: 'forged' } });
    expect(answer.status).toBe(200);
    expect(sentUp(answer)['authorization']).toBeUndefined();
    const refused = await ask({ headers: basic('ann', 'wrong') });
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, undefined]);
  });

  it('searches with a name and password of a Secret, forwards the user name and challenges', async () => {
    const { url } = await startDirectory(ENTRIES);
    const { ask } = await startV3(
      `${pluginRoute(`{ldap: {url: "${url}", baseDN: "dc=city", bindDN: "cn=reader,dc=city", bindPassword: "urn:k8s:secret:reader:pass", searchFilter: "(uid=%s)", forwardUsername: true, forwardUsernameHeader: X-User, forwardAuthorization: true, wwwAuthenticateHeader: true, wwwAuthenticateHeaderRealm: city}}`)}
---
apiVersion: v1
kind: Secret
metadata: {name: reader, namespace: city}
stringData: {pass: reader-pass}
`,
    );
    const sent = sentUp(await ask({ headers: { ...basic('ann', 'right'), 'x-user': 'forged' } }));
    expect(sent).toMatchObject({ 'x-user': 'ann', ...basic('ann', 'right') });
    const refused = await ask({});
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Basic realm="city"']);
  });
});
