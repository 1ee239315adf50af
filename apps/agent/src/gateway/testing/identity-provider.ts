import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import { ask, upstream, type Answer, type Question } from './servers.ts';

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirectUri: string;
}

export interface IdentityProviderSettings {
  /** Seconds that access tokens are valid. */
  readonly lifetime: number;
  /** Instead of the one that was asked for. */
  readonly nonce?: string;
  readonly claims?: object;
  readonly accessToken?: string;
}

/** Starts an identity provider with one user, who consents to everything; strict about PKCE, redirect URI and client secret. */
export async function startIdentityProvider(settings: IdentityProviderSettings): Promise<IdentityProvider> {
  const keys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' };
  const provider = new IdentityProvider(settings, keys.privateKey, jwk);
  const { port } = await upstream((req, res) => provider.respond(req, res));
  provider.issuer = `http://127.0.0.1:${port}`;
  return provider;
}

class IdentityProvider {
  issuer = '';
  readonly state: { lifetime: number; refreshes: number; discoveries: string[] };
  readonly #settings: IdentityProviderSettings;
  readonly #key: CryptoKey;
  readonly #jwk: JWK;
  readonly #grants = new Map<string, Grant>();

  constructor(settings: IdentityProviderSettings, key: CryptoKey, jwk: JWK) {
    this.#settings = settings;
    this.#key = key;
    this.#jwk = jwk;
    this.state = { lifetime: settings.lifetime, refreshes: 0, discoveries: [] };
  }

  /** What the user's browser would bring back from the sign-in page. */
  consent(location: string): URLSearchParams {
    const asked = new URL(location).searchParams;
    const code = randomUUID();
    this.#grants.set(code, {
      challenge: asked.get('code_challenge') ?? '',
      nonce: asked.get('nonce') ?? '',
      redirectUri: asked.get('redirect_uri') ?? '',
    });
    return new URLSearchParams({ code, state: asked.get('state') ?? '' });
  }

  respond(req: IncomingMessage, res: ServerResponse): void {
    const url = new URL(req.url ?? '/', this.issuer);
    res.setHeader('content-type', 'application/json');
    if (url.pathname === '/.well-known/openid-configuration') {
      this.state.discoveries.push(url.search);
      res.end(JSON.stringify(this.#metadata()));
      return;
    }
    if (url.pathname === '/jwks') {
      res.end(JSON.stringify({ keys: [this.#jwk] }));
      return;
    }
    let body = '';
    req.on('data', (chunk: Buffer) => void (body += chunk.toString()));
    req.on('end', () => {
      void this.#token(new URLSearchParams(body)).then((answer) => {
        res.statusCode = answer === null ? 400 : 200;
        res.end(JSON.stringify(answer ?? { error: 'invalid_grant' }));
      });
    });
  }

  #metadata(): object {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    };
  }

  async #token(form: URLSearchParams): Promise<object | null> {
    const common = {
      access_token: this.#settings.accessToken ?? randomUUID(),
      token_type: 'bearer',
      expires_in: this.state.lifetime,
      refresh_token: 'r1',
    };
    if (form.get('client_secret') !== 'hush-hush') return null;
    if (form.get('grant_type') === 'refresh_token') {
      if (form.get('refresh_token') !== 'r1') return null;
      this.state.refreshes += 1;
      return { ...common, id_token: await this.#idToken(undefined) };
    }
    const grant = this.#grants.get(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) return null;
    return { ...common, id_token: await this.#idToken(this.#settings.nonce ?? grant.nonce) };
  }

  /** Returns a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4) with other claims where they are given. */
  logoutToken(claims: object = {}, audience = 'portal'): Promise<string> {
    return new SignJWT({
      sub: 'ann',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'k', typ: 'logout+jwt' })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(this.#key);
  }

  #idToken(nonce: string | undefined): Promise<string> {
    return new SignJWT({
      email: 'ann@example.com',
      groups: ['crew'],
      ...this.#settings.claims,
      ...(nonce === undefined ? {} : { nonce }),
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setSubject('ann')
      .setIssuer(this.issuer)
      .setAudience('portal')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(this.#key);
  }
}

/** Keeps cookies, follows nothing. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  async go(path: string, question: Question = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(this.#port, {
      path,
      ...question,
      headers: { host: 'app.example.com', cookie, ...question.headers },
    });
    for (const field of answer.headers['set-cookie'] ?? []) {
      const [name = '', value = ''] = (field.split(';')[0] ?? '').split('=');
      if (field.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  async signIn(idp: Pick<IdentityProvider, 'consent'>, path = '/page?x=1'): Promise<Answer> {
    const sent = await this.go(path);
    return this.go(`/callback?${idp.consent(sent.headers.location ?? '').toString()}`);
  }
}
