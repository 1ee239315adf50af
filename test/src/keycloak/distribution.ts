import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '26.4.5';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:tar.gz`;
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const FETCH_MS = 8 * 60_000;
const run = promisify(execFile);

/** A directory with an unpacked Keycloak: fetched through Maven once, then kept in the user's cache. */
export async function keycloakDirectory(javaHome: string): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'portolan/keycloak');
  const home = join(cache, `keycloak-${VERSION}`);
  if (await stat(home).catch(() => null)) return home;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'fetch-'));
  try {
    const env = { ...process.env, JAVA_HOME: javaHome };
    const args = ['-B', '-q', COPY, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${fresh}`];
    await run('mvn', args, { cwd: fresh, env, timeout: FETCH_MS });
    await run('tar', ['xzf', `keycloak-quarkus-dist-${VERSION}.tar.gz`], { cwd: fresh });
    // Whole or not at all: an interrupted download leaves nothing that looks usable.
    await rename(join(fresh, `keycloak-${VERSION}`), home);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return home;
}
