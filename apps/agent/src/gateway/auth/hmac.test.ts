import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askRaw } from '../testing/servers.ts';
import { pluginRoute, startV3 } from '../testing/v3-cluster.ts';
import { readSignature, signingString, type SignedRequest } from './http-signature.ts';

/** draft-cavage-http-signatures-12, appendix C. */
const TEST_REQUEST: Readonly<Record<string, readonly string[]>> = {
  host: ['example.com'],
  date: ['Sun, 05 Jan 2014 21:31:40 GMT'],
  'content-type': ['application/json'],
  digest: ['SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE='],
  'content-length': ['18'],
};
const request = (
  fields: Readonly<Record<string, readonly string[]>>,
  method = 'POST',
  target = '/foo?param=value&pet=dog',
): SignedRequest => ({
  method,
  target,
  fields: (name) => fields[name] ?? [],
});
const textOf = (parameters: string, sent: SignedRequest): string | null => {
  const signature = readSignature([`Hmac ${parameters}`]);
  return signature === null ? null : signingString(signature, sent);
};

describe('the text that is signed', () => {
  it('is that of the test of all headers (draft-cavage-http-signatures-12 §C.3)', () => {
    expect(
      textOf(
        'keyId="Test",algorithm="hmac-sha256",created=1402170695,expires=1402170699,headers="(request-target) (created) (expires) host date content-type digest content-length",signature="eA=="',
        request(TEST_REQUEST),
      ),
    ).toBe(
      [
        '(request-target): post /foo?param=value&pet=dog',
        '(created): 1402170695',
        '(expires): 1402170699',
        'host: example.com',
        'date: Sun, 05 Jan 2014 21:31:40 GMT',
        'content-type: application/json',
        'digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=',
        'content-length: 18',
      ].join('\n'),
    );
  });

  it('joins fields and keeps empty ones (§2.3, and the example of the reference page)', () => {
    const sent = request(
      {
        host: ['example.org'],
        'x-example': ['Example header    with some whitespace.  '],
        'x-emptyheader': [''],
        'cache-control': ['max-age=60', '   must-revalidate'],
      },
      'GET',
      '/foo',
    );
    expect(
      textOf(
        'keyId="a",signature="eA==",headers="(request-target) host x-example x-emptyheader cache-control"',
        sent,
      ),
    ).toBe(
      '(request-target): get /foo\nhost: example.org\nx-example: Example header    with some whitespace.\nx-emptyheader: \ncache-control: max-age=60, must-revalidate',
    );
  });

  it.each([
    ['a field that is not there', 'keyId="a",signature="eA==",headers="x-none"'],
    ['a time that is not there', 'keyId="a",signature="eA==",headers="(created)"'],
    ['nothing', 'keyId="a",signature="eA==",headers=""'],
    ['no key', 'signature="eA==",headers="host"'],
    ['a parameter twice', 'keyId="a",keyId="b",signature="eA==",headers="host"'],
    ['a time that is none', 'keyId="a",signature="eA==",created="soon",headers="host"'],
    ['rubbish', '"""'],
  ])('is none for %s', (_, parameters) => {
    expect(textOf(parameters, request(TEST_REQUEST))).toBeNull();
  });
});

const KEY = 'shared secret';

interface Signing {
  readonly method?: string;
  readonly path?: string;
  readonly algorithm?: string;
  readonly key?: string;
  readonly keyId?: string;
  readonly created?: number;
  readonly expires?: number;
  readonly names?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const now = (): number => Math.floor(Date.now() / 1000);

/** Signs as a client does, without the code under test. */
function sign({
  method = 'GET',
  path = '/a?b=c',
  algorithm = 'hmac-sha256',
  key = KEY,
  keyId = 'k1',
  created = now() - 1,
  expires = now() + 60,
  names = '(request-target) (created) (expires) host',
  headers = {},
}: Signing): Record<string, string> {
  const all: Record<string, string> = { host: 'api.example.com', ...headers };
  const lines = names.split(' ').map((name) => {
    const values: Record<string, string> = {
      '(request-target)': `${method.toLowerCase()} ${path}`,
      '(created)': String(created),
      '(expires)': String(expires),
    };
    return `${name}: ${values[name] ?? all[name]}`;
  });
  const hash = algorithm.replace('hmac-', '');
  const signature = createHmac(hash, key).update(lines.join('\n')).digest('base64');
  return {
    ...all,
    authorization: `Hmac keyId="${keyId}",algorithm="${algorithm}",headers="${names}",signature="${signature}",created="${created}",expires="${expires}"`,
  };
}

const hmac = (more = ''): string =>
  pluginRoute(`{hmac: {keys: [{id: k1, key: "${KEY}"}, {id: k2, key: other}]${more}}}`);
const CHALLENGE = 'Hmac headers="(request-target) (created) (expires)"';

describe('hmac', () => {
  it.each(['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'])(
    'admits a signature by %s',
    async (algorithm) => {
      const { ask } = await startV3(hmac());
      expect((await ask({ path: '/a?b=c', headers: sign({ algorithm }) })).status).toBe(200);
    },
  );

  it('takes Proxy-Authorization too', async () => {
    const { ask } = await startV3(hmac());
    const { authorization = '', ...headers } = sign({});
    expect(
      (await ask({ path: '/a?b=c', headers: { ...headers, 'proxy-authorization': authorization } })).status,
    ).toBe(200);
  });

  it.each<[string, Signing, string?]>([
    ['another path', {}, '/other'],
    ['another query', {}, '/a?b=d'],
    ['another key', { key: 'wrong' }],
    ['an unknown key', { keyId: 'k3' }],
    ['a key of another id', { keyId: 'k2' }],
    ['another method', { method: 'POST' }],
    ['a time to come', { created: now() + 600 }],
    ['a time that is over', { expires: now() - 1 }],
    ['less than is enforced', { names: '(request-target) (created) host' }],
  ])('refuses %s', async (_, signing, path = '/a?b=c') => {
    const { ask } = await startV3(hmac());
    const answer = await ask({ path, headers: sign(signing) });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, CHALLENGE]);
  });

  it('refuses a field that was changed or added on the way', async () => {
    const { ask, port } = await startV3(hmac());
    const names = '(request-target) (created) (expires) host x-tenant';
    const headers = sign({ names, headers: { 'x-tenant': 'a' } });
    expect((await ask({ path: '/a?b=c', headers })).status).toBe(200);
    expect((await ask({ path: '/a?b=c', headers: { ...headers, 'x-tenant': 'b' } })).status).toBe(401);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const raw = ['GET /a?b=c HTTP/1.1', ...lines, 'x-tenant: b', 'connection: close', '', ''].join('\r\n');
    expect(await askRaw(port, raw)).toMatch(/^HTTP\/1.1 401/);
  });

  it('challenges who sends no signature, and other algorithms', async () => {
    const { ask } = await startV3(hmac(', enforcedHeaders: [host]'));
    for (const authorization of ['', 'Bearer x', sign({ algorithm: 'hmac-md5' }).authorization ?? '']) {
      const answer = await ask({ path: '/a?b=c', headers: { authorization } });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Hmac headers="host"']);
    }
  });

  const BODY = '{"hello": "world"}';
  const digest = (hash: string, body: string): string => createHash(hash).update(body).digest('base64');
  const signedNames = '(request-target) (created) (expires) host digest';

  it.each<[string, Record<string, string>, string, string, number]>([
    ['its SHA-256', { digest: `SHA-256=${digest('sha256', BODY)}` }, signedNames, BODY, 200],
    ['its SHA-512', { digest: `sha-512=${digest('sha512', BODY)}` }, signedNames, BODY, 200],
    [
      'that of another body',
      { digest: `SHA-256=${digest('sha256', BODY)}` },
      signedNames,
      '{"hello": "w0rld"}',
      401,
    ],
    [
      'one of two that is wrong',
      { digest: `SHA-256=${digest('sha256', BODY)},SHA-512=AAAA` },
      signedNames,
      BODY,
      401,
    ],
    ['of an unknown kind', { digest: `MD5=${digest('md5', BODY)}` }, signedNames, BODY, 401],
    ['none', {}, '(request-target) (created) (expires) host', BODY, 401],
    [
      'one that is not signed',
      { digest: `SHA-256=${digest('sha256', BODY)}` },
      '(request-target) (created) (expires) host',
      BODY,
      401,
    ],
  ])('of a body with a Digest: %s', async (...[, headers, names, body, status]) => {
    const { ask } = await startV3(hmac());
    const answer = await ask({
      method: 'POST',
      path: '/a',
      body,
      headers: sign({ method: 'POST', path: '/a', names, headers }),
    });
    expect(answer.status).toBe(status);
    if (status === 200) expect(JSON.parse(answer.body).body).toBe(BODY);
  });

  it('leaves bodies alone without validateDigest', async () => {
    const { ask } = await startV3(hmac(', validateDigest: false'));
    const answer = await ask({
      method: 'POST',
      path: '/a',
      body: BODY,
      headers: sign({ method: 'POST', path: '/a' }),
    });
    expect(answer.status).toBe(200);
  });
});
