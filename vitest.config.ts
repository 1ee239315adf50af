import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const project = (name: string, root: string, isolate = false, globalSetup: string[] = []) => ({
  test: {
    name,
    root,
    isolate,
    globalSetup,
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

// An absolute path: it is resolved against the project by vitest, but not by tools that read this file.
const platformSetup = fileURLToPath(new URL('apps/platform/src/testing/global-setup.ts', import.meta.url));

// Pure packages share workers (`isolate: false`), which is what makes hundreds of small tests take seconds;
// workspaces whose tests own processes, databases or terminals get a process per file.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      project('contract', 'shared/contract'),
      project('tunnel', 'shared/tunnel', true),
      project('resources', 'shared/resources'),
      project('agent', 'apps/agent', true),
      project('platform', 'apps/platform', true, [platformSetup]),
      project('tui', 'apps/tui', true),
      project('test', 'test', true),
    ],
  },
});
