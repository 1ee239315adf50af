import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fixedToken, keptTokenSchema, openCredentials, type KeptToken } from './credentials.ts';
import { refreshToken } from './platform-issuer.ts';
import { userPaths, type Environment } from './paths.ts';

/** A token that cannot be refreshed is kept as it is; so were all of them once. */
function parseKept(text: string): KeptToken {
  if (!text.startsWith('{')) return fixedToken(text);
  return keptTokenSchema.parse(JSON.parse(text));
}

/** Remembers a sign-in; answers where, in words for the user. */
export function keepToken(
  env: Environment,
  platform: string,
  kept: KeptToken,
): Promise<{ readonly place: string; readonly isKeychain: boolean }> {
  const text = kept.refresh === null ? kept.token : JSON.stringify(kept);
  return openCredentials(userPaths(env).credentials).set(platform, text);
}

/** Returns whether a sign-in to a platform is remembered; it may be over by now. */
export async function isTokenKept(env: Environment, platform: string): Promise<boolean> {
  return (await readKept(env, platform)) !== null;
}

/** Forgets the sign-in to a platform. */
export function forgetToken(env: Environment, platform: string): Promise<void> {
  return openCredentials(userPaths(env).credentials).remove(platform);
}

const EARLY_MS = 60_000;

/** The kept token, made anew when it is about to run out; null when there is none or its session is over. */
export async function keptToken(env: Environment, platform: string): Promise<string | null> {
  const held = await readKept(env, platform);
  if (held === null || isFresh(held)) return held?.token ?? null;
  return renewToken(env, platform, held.token);
}

/** A token in place of a refused one; null when only signing in again helps. */
export async function renewToken(
  env: Environment,
  platform: string,
  refused: string,
): Promise<string | null> {
  // A refresh token used twice ends the whole session, so two commands at once must not both use it.
  return withLock(`${userPaths(env).credentials}.lock`, async () => {
    const held = await readKept(env, platform);
    if (held === null || held.token !== refused) return held?.token ?? null;
    if (held.refresh === null) return null;
    const fresh = await refreshToken(platform, held.refresh, held.client);
    if (fresh === null) return null;
    await keepToken(env, platform, fresh);
    return fresh.token;
  });
}

async function readKept(env: Environment, platform: string): Promise<KeptToken | null> {
  const text = await openCredentials(userPaths(env).credentials).get(platform);
  return text === null ? null : parseKept(text);
}

function isFresh({ refresh, expiresAt }: KeptToken): boolean {
  return refresh === null || expiresAt === null || expiresAt - Date.now() > EARLY_MS;
}

const LOCK_STALE_MS = 15_000;
const LOCK_POLL_MS = 50;

async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  while (!(await takeLock(path))) await delay(LOCK_POLL_MS);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch {
    // Whoever was killed while holding it must not lock everyone out for ever.
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > LOCK_STALE_MS) await rm(path, { force: true });
    return false;
  }
}
