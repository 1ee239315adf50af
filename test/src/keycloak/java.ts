import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const OLDEST = 21;
const PLACES = ['/usr/lib/jvm', '/opt', '/opt/java', '/Library/Java/JavaVirtualMachines'];
const run = promisify(execFile);

/** Home of a Java that Keycloak runs on, from JAVA_HOME, the path or where systems keep them; null when there is none. */
export async function findJava(): Promise<string | null> {
  const named = process.env['JAVA_HOME'];
  for (const home of [...(named ? [named] : []), ...(await installed())]) {
    if ((await versionOf(home)) >= OLDEST) return home;
  }
  return null;
}

async function installed(): Promise<string[]> {
  const homes: string[] = [];
  for (const place of PLACES) {
    for (const name of await readdir(place).catch(() => [])) {
      homes.push(join(place, name), join(place, name, 'Contents/Home'));
    }
  }
  const onPath = await run('sh', ['-c', 'readlink -f "$(command -v java)"']).catch(() => null);
  return onPath ? [...homes, dirname(dirname(onPath.stdout.trim()))] : homes;
}

async function versionOf(home: string): Promise<number> {
  try {
    const { stderr } = await run(join(home, 'bin/java'), ['-version']);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
