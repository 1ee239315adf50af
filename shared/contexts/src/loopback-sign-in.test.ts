import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { beginLoopbackSignIn, type LoopbackSignIn } from './loopback-sign-in.ts';

const PLATFORM = 'https://portolan.example.com';
const ISSUER = `${PLATFORM}/oidc`;

let signIn: LoopbackSignIn;
let outcome: Promise<unknown>;

async function begin(timeoutMs?: number): Promise<{ readonly callback: URL; readonly state: string }> {
  signIn = await beginLoopbackSignIn(PLATFORM, timeoutMs === undefined ? {} : { timeoutMs });
  outcome = signIn.finish().catch((error: unknown) => error);
  const asked = new URL(signIn.url).searchParams;
  return { callback: new URL(asked.get('redirect_uri') ?? ''), state: asked.get('state') ?? '' };
}

afterEach(async () => {
  signIn.cancel();
  await outcome;
});

function get(callback: URL, query: Record<string, string>, headers: Record<string, string> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const url = new URL(`?${new URLSearchParams(query).toString()}`, callback);
  request(url, { headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .on('error', reject)
    .end();
  return promise;
}

test('the request is an authorization code request with PKCE to a random port of this machine', async () => {
  await begin();
  const url = new URL(signIn.url);
  expect(url.origin + url.pathname).toBe(`${ISSUER}/auth`);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: 'portolan-desktop',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
  });
});

test('what strangers send to the port is ignored, and the sign-in goes on', async () => {
  const { callback, state } = await begin();
  const good = { code: 'c', state, iss: ISSUER };
  expect(await get(callback, { ...good, state: 'guessed' })).toBe(404);
  expect(await get(callback, { code: 'c', iss: ISSUER })).toBe(404);
  expect(await get(callback, good, { host: 'rebound.example' })).toBe(404);
  expect(await get(new URL('/other', callback), good)).toBe(404);
  expect(await get(callback, { error: 'access_denied', state, iss: ISSUER })).toBe(200);
  expect(await outcome).toMatchObject({ message: 'The sign-in was refused in the browser.' });
});

test.each([
  ['of another issuer', { iss: 'https://evil.example/oidc' }],
  ['without an issuer', {}],
])('a response %s is refused before its code is sent anywhere', async (_, iss) => {
  const { callback, state } = await begin();
  expect(await get(callback, { code: 'c', state, ...iss })).toBe(200);
  expect(await outcome).toMatchObject({ message: expect.stringMatching(/refused the sign-in: .*iss/) });
});

test('it ends when it is cancelled or not confirmed in time, and gives its port back', async () => {
  const { callback } = await begin(1);
  expect(await outcome).toMatchObject({ message: 'The sign-in was not confirmed in time.' });
  await expect(get(callback, {})).rejects.toThrow('ECONNREFUSED');
  await begin();
  signIn.cancel();
  expect(await outcome).toMatchObject({ message: 'The sign-in was cancelled.' });
});
