import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, '../../../..');
/** What a program needs of a distribution, as an image has it: read-only. */
const SYSTEM = [
  '/usr',
  '/lib',
  '/lib64',
  '/bin',
  '/etc/ssl',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/nsswitch.conf',
];
const DEVICES = ['/dev/null', '/dev/urandom', '/dev/random'];

export interface PodOptions {
  /** Empty directory for the file system of the pod. */
  readonly directory: string;
  readonly app: 'agent' | 'platform';
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** User and group of the container. */
  readonly user: number;
  /** Files mounted read-only, by path: Secrets, the token of the account. */
  readonly files: Readonly<Record<string, string>>;
  /** Empty directories that the container may write to. */
  readonly writable: readonly string[];
}

/**
 * Starts a container of an image without a container runtime: the image's files on a read-only root of its own, as the container's
 * user, without capabilities. Needs root. Network and processes are those of the machine.
 */
export async function startPod(options: PodOptions): Promise<ChildProcess> {
  const { directory, app, args, env, user } = options;
  const root = join(directory, 'root');
  const image = join(directory, 'image');
  await run(process.execPath, [join(REPOSITORY, 'scripts/image-tree.ts'), app, image]);
  await makeFiles(root, options.files);
  const writable = await Promise.all(
    options.writable.map(async (path, place) => {
      const folder = join(directory, `volume-${place}`);
      await mkdir(folder);
      await run('chown', [`${user}:${user}`, folder]);
      return [folder, path] as const;
    }),
  );
  const mounts = [
    ...[...SYSTEM, ...DEVICES].map((path) => bind(root, path, path)),
    bind(root, process.execPath, '/nodejs/bin/node'),
    bind(root, image, '/app'),
    ...writable.map(([folder, path]) => bind(root, folder, path)),
  ];
  const script = [
    'mount --make-rprivate /',
    `mount --bind ${root} ${root}`,
    ...mounts,
    `mkdir -p ${root}/proc && mount --bind /proc ${root}/proc`,
    `mount -o remount,bind,ro ${root}`,
    // chroot needs a capability, which setpriv then takes away.
    `exec chroot ${root} /usr/bin/setpriv --reuid=${user} --regid=${user} --clear-groups --no-new-privs --bounding-set=-all "$@"`,
  ];
  const program = ['/nodejs/bin/node', `/app/apps/${app}/bin/portolan-${app}.js`, ...args];
  return spawn('unshare', ['--mount', 'sh', '-c', script.join(' && '), 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_ENV: 'production', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  });
}

/** Ends a pod as the kubelet does. */
export async function stopPod(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function makeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await chmod(root, 0o755);
}

/** Returns a shell command that shows a file or folder of the machine at a path of the pod, if it is there. */
function bind(root: string, source: string, path: string): string {
  const target = `${root}${path}`;
  return [
    `if [ -d ${source} ]; then mkdir -p ${target}; mount --rbind ${source} ${target}`,
    `elif [ -e ${source} ]; then mkdir -p ${dirname(target)}; touch ${target}; mount --bind ${source} ${target}`,
    'fi',
  ].join('; ');
}
