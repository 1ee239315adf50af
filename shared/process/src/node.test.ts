import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAMS = ['apps/platform/bin/portolan-platform.js', 'apps/agent/bin/portolan-agent.js'];
/** The machine's own, which may be older than the one of the lockfile that runs this. */
const others = ['/usr/local/bin/node', '/usr/bin/node'].filter((path) => existsSync(path));

it.each(PROGRAMS.flatMap((program) => [process.execPath, ...others].map((node) => [program, node])))(
  '%s answers for help on %s',
  async (program, node) => {
    const { stdout, stderr } = await run(node, [program, '--help'], { cwd: root });
    expect(stdout).toMatch(/^usage: portolan-(platform|agent) /);
    expect(stderr).toBe('');
  },
);
