import { execFile } from 'node:child_process';
import { DEFAULT_LIMITS } from '@portolan/resources/manifests/load-limits';
import { Failure } from '@portolan/console/failure';

/** Programs that build a kustomization, likeliest to be new first. */
const BUILDERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
];
const TIMEOUT_MS = 60_000;

/** Returns the manifests of a directory with a `kustomization.yaml`, as kustomize or kubectl builds them. @throws Failure. */
export async function buildKustomization(directory: string): Promise<string> {
  for (const [program, ...args] of BUILDERS) {
    const built = await run(program, [...args, directory]);
    if (built !== null) return built;
  }
  throw new Failure(
    `${directory} cannot be built: neither kustomize nor kubectl is installed.`,
    'Install one of them, or build it elsewhere and pass the manifests with -f -.',
  );
}

/** Returns what a program prints; null where it is not installed. */
function run(program: string, args: readonly string[]): Promise<string | null> {
  const options = { maxBuffer: DEFAULT_LIMITS.sizeBytesMax, timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') resolve(null);
      else {
        const reason = stderr.trim().replace(/^error:\s*/i, '') || error.message;
        reject(
          new Failure(
            `${program} cannot build ${String(args.at(-1))}: ${reason}`,
            'Correct the kustomization.',
          ),
        );
      }
    });
  });
}
