import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that need a Kubernetes API server, beside the code they test. */
const CLUSTER_TESTS = 'src/**/*.cluster.test.ts';

const project = (name: string, root: string, isolate = false, globalSetup: string[] = []) => ({
  test: {
    name,
    root,
    isolate,
    globalSetup,
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    exclude: ['src/keycloak/**', CLUSTER_TESTS],
    // Conditions are waited for, never times: these are only bounds for a busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
  },
});

// An absolute path: it is resolved against the project by vitest, but not by tools that read this file.
const platformSetup = fileURLToPath(new URL('apps/platform/src/testing/global-setup.ts', import.meta.url));

/** Needs a Java and some hundred megabytes: runs only when asked for, by `npm run test:keycloak`. */
const keycloak = {
  test: { name: 'keycloak', root: 'test', include: ['src/keycloak/*.test.ts'], testTimeout: 120_000 },
};

/** Needs a control plane, which Go builds in minutes the first time: runs only when asked for, by `npm run test:kubernetes`. */
const kubernetes = {
  test: {
    name: 'kubernetes',
    globalSetup: [fileURLToPath(new URL('test/src/kubernetes/global-setup.ts', import.meta.url))],
    include: [`apps/agent/${CLUSTER_TESTS}`, `test/${CLUSTER_TESTS}`],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine takes its time to show what another process did.
    expect: { poll: { timeout: 20_000 } },
    fileParallelism: false,
  },
};

/** The main process of the desktop app runs in Node here: Electron's own module is a recording replacement. */
const electron = fileURLToPath(new URL('apps/desktop/src/testing/electron.ts', import.meta.url));
const desktop = { ...project('desktop', 'apps/desktop', true), resolve: { alias: { electron } } };

// Pure packages share workers (`isolate: false`), which is what makes hundreds of small tests take seconds;
// workspaces whose tests own processes, databases or terminals get a process per file.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      project('bundles', 'shared/bundles'),
      project('contract', 'shared/contract'),
      project('console', 'shared/console'),
      project('contexts', 'shared/contexts'),
      project('process', 'shared/process'),
      project('local-system', 'shared/local-system'),
      project('tunnel', 'shared/tunnel', true),
      project('resources', 'shared/resources'),
      project('ui', 'shared/ui'),
      project('agent', 'apps/agent', true),
      project('platform', 'apps/platform', true, [platformSetup]),
      project('tui', 'apps/tui', true),
      desktop,
      project('test', 'test', true),
      ...(process.env['PORTOLAN_TEST_KEYCLOAK'] ? [keycloak] : []),
      ...(process.env['PORTOLAN_TEST_KUBERNETES'] ? [kubernetes] : []),
    ],
  },
});
