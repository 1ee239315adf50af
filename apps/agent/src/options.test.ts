import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { HelpRequested, StartupError } from '@portolan/process/startup-error';
import { parseOptions } from './options.ts';

const NEEDED = ['--resources', '/r', '--state-dir', '/s'];

it('has defaults for all but where things are', () => {
  expect(parseOptions(NEEDED)).toMatchObject({
    resources: '/r',
    stateDir: '/s',
    host: '127.0.0.1',
    tunnels: 3,
    trustedProxies: [],
    allowEmpty: false,
  });
});

it.each([
  [[], /--state-dir is missing\./],
  [['--state-dir', '/s'], /--resources is missing; to serve a cluster, name it with --kubeconfig/],
  [[...NEEDED, '--kubeconfig', 'k'], /--resources and --kubeconfig exclude each other/],
  [[...NEEDED, '--namespaces', 'a'], /--namespaces is for clusters/],
  [['--state-dir', '/s', '--context', 'kind'], /--resources is missing/],
  [[...NEEDED, '--context', 'kind'], /--context needs --kubeconfig/],
  [[...NEEDED, '--tunnels', '17'], /--tunnels: /],
  [[...NEEDED, '--trusted-proxies', '10.0.0.0/8,nowhere'], /--trusted-proxies: .*nowhere/],
  [[...NEEDED, '--platform-url', 'http://p'], /--platform-url needs --token-file/],
  [[...NEEDED, '--tunnel-key-file', 'k'], /must be used together/],
])('refuses %j', (argv, message) => {
  expect(() => parseOptions(argv)).toThrow(StartupError);
  expect(() => parseOptions(argv)).toThrow(message);
});

it('takes a cluster in place of a directory', () => {
  const argv = ['--kubeconfig', 'k', '--context', 'kind', '--namespaces', 'a, b', '--state-dir', '/s'];
  expect(parseOptions(argv)).toMatchObject({ kubeconfig: 'k', context: 'kind', namespaces: ['a', 'b'] });
});

it('documents every flag', async () => {
  const page = await readFile(new URL('../../../docs/agent.md', import.meta.url), 'utf8');
  const flags = [...usage().matchAll(/^ {2}--\S+/gm)].map(([flag]) => flag.trim());
  expect(flags).toContain('--resources');
  for (const flag of flags) expect(page).toContain(`\`${flag}`);
});

function usage(): string {
  try {
    parseOptions(['--help']);
  } catch (error) {
    if (error instanceof HelpRequested) return error.message;
  }
  throw new Error('no help');
}
