import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MODULES = join(import.meta.dirname, '../../interop');
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'portolan-interop');
const VERSION = 'k8s.io/component-base/version';
const HELM3 = 'helm.sh/helm/v3';
const HELM4 = 'helm.sh/helm/v4';
/** Without these, Helm 3 takes the cluster of `helm template` and `helm lint` for Kubernetes 1.20. */
const HELM3_KUBERNETES = ['pkg/chartutil', 'pkg/lint/rules']
  .map((part) => `-X ${HELM3}/${part}.k8sVersionMajor=1 -X ${HELM3}/${part}.k8sVersionMinor=37`)
  .join(' ');
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

interface Recipe {
  /** Environment variable that names a ready binary. */
  readonly override: string;
  readonly module: string;
  readonly package: string;
  readonly ldflags: string;
  readonly flags: readonly string[];
  /** Prepares the copy of the module that is built. */
  prepare?(directory: string): Promise<void>;
}

const RECIPES = {
  controlplane: {
    override: 'CONTROLPLANE_BIN',
    module: 'kubernetes',
    package: '.',
    ldflags: `-s -w -X ${VERSION}.gitVersion=v1.37.2 -X ${VERSION}.gitMajor=1 -X ${VERSION}.gitMinor=37`,
    flags: [],
  },
  helm: {
    override: 'HELM_BIN',
    module: 'kubernetes',
    package: `${HELM3}/cmd/helm`,
    ldflags: `-s -w -X ${HELM3}/internal/version.version=v3.22.0 ${HELM3_KUBERNETES}`,
    flags: [],
  },
  helm4: {
    override: 'HELM4_BIN',
    module: 'kubernetes',
    package: `${HELM4}/cmd/helm`,
    ldflags: `-s -w -X ${HELM4}/internal/version.version=v4.3.1`,
    flags: [],
  },
  /** Makes pods of nodes that do not exist become ready. */
  kwok: {
    override: 'KWOK_BIN',
    module: 'kubernetes',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    ldflags: '-s -w',
    flags: [],
  },
  /** An ACME server for tests, and a DNS server that answers as it is told. */
  pebble: {
    override: 'PEBBLE_BIN',
    module: 'pebble',
    package: 'github.com/letsencrypt/pebble/v2/cmd/pebble',
    ldflags: '-s -w -X main.version=v2.10.1',
    flags: [],
  },
  'pebble-challtestsrv': {
    override: 'CHALLTESTSRV_BIN',
    module: 'pebble',
    package: 'github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv',
    ldflags: '-s -w',
    flags: [],
  },
  traefik: {
    override: 'TRAEFIK_BIN',
    module: 'traefik',
    package: 'github.com/traefik/traefik/v3/cmd/traefik',
    ldflags: '-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=3.7.13',
    flags: ['-mod=vendor', '-overlay=overlay.json'],
    prepare: prepareTraefik,
  },
} satisfies Record<string, Recipe>;

/** Returns why Go programs of the needed version cannot be built here; undefined if they can. */
export function missingGo(): string | undefined {
  const { error, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (error) return 'no Go toolchain in PATH';
  const [, minor] = /^go1\.(\d+)/.exec(stdout) ?? [];
  return Number(minor) >= 26 ? undefined : `${stdout.trim()} is older than go1.26`;
}

/**
 * Returns the path of a program, built from its module under test/interop into the user's cache: minutes the first time,
 * then nothing until the module, this file or the version of Go changes.
 * @throws Error with the output of the Go command that failed.
 */
export async function goBinary(name: keyof typeof RECIPES): Promise<string> {
  const recipe: Recipe = RECIPES[name];
  const ready = process.env[recipe.override];
  if (ready) return ready;
  const binary = join(CACHE, 'bin', name);
  const stamp = await stampOf(recipe);
  if ((await readFile(`${binary}.stamp`, 'utf8').catch(() => '')) === stamp) return binary;
  const directory = join(CACHE, 'src', `${name}-${process.pid}`);
  try {
    await cp(join(MODULES, recipe.module), directory, { recursive: true });
    await recipe.prepare?.(directory);
    await mkdir(join(CACHE, 'bin'), { recursive: true });
    const built = join(directory, 'dist', name);
    await go(directory, [
      'build',
      ...recipe.flags,
      '-gcflags=all=-dwarf=false',
      `-ldflags=${recipe.ldflags}`,
      '-o',
      built,
      recipe.package,
    ]);
    await rename(built, binary);
    await writeFile(`${binary}.stamp`, stamp);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return binary;
}

/** Returns the folder of a Go module that another one requires, for the files beside its code. */
export async function goModuleFolder(module: string, dependency: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', dependency], {
    cwd: join(MODULES, module),
  });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  return Dir;
}

async function stampOf({ module, package: main, ldflags, flags }: Recipe): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([main, ldflags, flags]));
  const directory = join(MODULES, module);
  const files: string[] = [];
  for await (const file of glob('**/*.{mod,sum,go,txt}', { cwd: directory })) files.push(file);
  for (const file of files.toSorted()) hash.update(file).update(await readFile(join(directory, file)));
  const { stdout } = await run('go', ['env', 'GOVERSION']);
  return `${hash.digest('hex').slice(0, 16)}-${stdout.trim()}`;
}

/**
 * Vendors Traefik's dependencies, because `-overlay` cannot replace files of the module cache. `go mod vendor -e` goes on past the
 * clients of DNS providers that the module proxy refuses; the overlay removes their only importer.
 */
async function prepareTraefik(directory: string): Promise<void> {
  await go(directory, ['mod', 'vendor', '-e']);
  const vendor = join(directory, 'vendor/github.com');
  await writeFile(
    join(directory, 'overlay.json'),
    JSON.stringify({
      Replace: {
        [join(vendor, 'go-acme/lego/v5/providers/dns/zz_gen_dns_providers.go')]: join(
          directory,
          'lego_dns.go.txt',
        ),
        [join(vendor, 'abbot/go-http-auth/zz_extra.go')]: join(directory, 'http_auth_extra.go.txt'),
      },
    }),
  );
}

async function go(cwd: string, args: readonly string[]): Promise<void> {
  await run('nice', ['-n', '15', 'go', ...args], {
    cwd,
    maxBuffer: OUTPUT_BYTES_MAX,
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      GOFLAGS: '-buildvcs=false -trimpath -p=2',
      GOTOOLCHAIN: 'local',
    },
  });
}
