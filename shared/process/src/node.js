// Plain JavaScript for any Node: what it starts may need a newer one than the machine's.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Runs `program` when this Node is new enough for it (22.18, the first that runs TypeScript); else runs the same command
 * line again on the Node that is installed with the repository's dependencies, and ends as that ends.
 */
export async function onNewEnoughNode(program) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return program();
  const node = `${root}node_modules/.bin/node`;
  if (!existsSync(node)) {
    process.stderr.write(
      `portolan: needs Node 22.18 or newer and this is ${process.versions.node}; run npm install in ${root}, or use a newer Node.\n`,
    );
    process.exitCode = 1;
    return undefined;
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      process.exitCode = signal ? 1 : (code ?? 1);
      resolve(undefined);
    });
  });
}
