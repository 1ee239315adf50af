import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Portolan's own OAuth clients; a refresh token is accepted only from the one that received it (RFC 6749 section 6). */
const OAUTH_CLIENTS = ['portolan-terminal', 'portolan-desktop'] as const;
export type OAuthClient = (typeof OAUTH_CLIENTS)[number];

export const keptTokenSchema = z.object({
  token: z.string(),
  refresh: z.string().nullable(),
  expiresAt: z.number().nullable(),
  client: z.enum(OAUTH_CLIENTS).default('portolan-terminal'),
});

/** A sign-in as it is kept between runs; times are in milliseconds since 1970. */
export type KeptToken = z.output<typeof keptTokenSchema>;

/** Returns a token that cannot be renewed, as a sign-in with a password or a personal token gives it. */
export function fixedToken(token: string): KeptToken {
  return { token, refresh: null, expiresAt: null, client: 'portolan-terminal' };
}

const SERVICE = 'portolan';
const KEYCHAIN_TIMEOUT_MS = 2_000;
const fileSchema = z.record(z.string(), z.string());

/** Where sign-in tokens are kept, one per platform address. */
export interface CredentialStore {
  get(platform: string): Promise<string | null>;
  /** Answers where the token went, in words for the user. */
  set(platform: string, token: string): Promise<{ readonly place: string; readonly isKeychain: boolean }>;
  remove(platform: string): Promise<void>;
}

/** The calls of keytar, which `@napi-rs/keyring/keytar` answers without keytar's build step. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** Tokens in the operating system's keychain; in a file only its owner can read where there is none. */
export function openCredentials(
  path: string,
  loadKeychain: () => Promise<Keychain> = systemKeychain,
): CredentialStore {
  const file = credentialFile(path);
  const inKeychain = async <T>(use: (keychain: Keychain) => Promise<T>): Promise<T | undefined> => {
    try {
      return await withTimeout(loadKeychain().then(use));
    } catch {
      // No D-Bus, no service, a locked or a refusing keychain: all of them mean "use the file".
      return undefined;
    }
  };
  return {
    async get(platform) {
      const held = await inKeychain((keychain) => keychain.getPassword(SERVICE, platform));
      return held ?? (await file.read())[platform] ?? null;
    },
    async set(platform, token) {
      const isKept = await inKeychain(async (keychain) => {
        await keychain.setPassword(SERVICE, platform, token);
        return true;
      });
      const { [platform]: _old, ...others } = await file.read();
      if (isKept) {
        if (_old !== undefined) await file.write(others);
        return { place: "the system's keychain", isKeychain: true };
      }
      await file.write({ ...others, [platform]: token });
      return { place: path, isKeychain: false };
    },
    async remove(platform) {
      await inKeychain((keychain) => keychain.deletePassword(SERVICE, platform));
      const { [platform]: held, ...others } = await file.read();
      if (held !== undefined) await file.write(others);
    },
  };
}

async function systemKeychain(): Promise<Keychain> {
  return import('@napi-rs/keyring/keytar.js');
}

function withTimeout<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the keychain does not answer')), KEYCHAIN_TIMEOUT_MS);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function credentialFile(path: string) {
  return {
    async read(): Promise<Record<string, string>> {
      const text = await readFile(path, 'utf8').catch(() => '{}');
      try {
        return fileSchema.parse(JSON.parse(text));
      } catch {
        return {};
      }
    },
    async write(tokens: Record<string, string>): Promise<void> {
      if (Object.keys(tokens).length === 0) return rm(path, { force: true });
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const fresh = `${path}.${process.pid}`;
      await writeFile(fresh, JSON.stringify(tokens), { mode: 0o600 });
      await chmod(fresh, 0o600);
      return rename(fresh, path);
    },
  };
}
