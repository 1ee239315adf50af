import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parseOptions, USAGE, UsageError } from './options.ts';

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
  [[], /--resources is missing; --state-dir is missing; --help lists the options/],
  [[...NEEDED, '--tunnels', '17'], /--tunnels: /],
  [[...NEEDED, '--trusted-proxies', '10.0.0.0/8,nowhere'], /--trusted-proxies: .*nowhere/],
  [[...NEEDED, '--platform-url', 'http://p'], /--platform-url needs --token-file/],
  [[...NEEDED, '--tunnel-key-file', 'k'], /go together/],
])('refuses %j', (argv, message) => {
  expect(() => parseOptions(argv)).toThrow(UsageError);
  expect(() => parseOptions(argv)).toThrow(message);
});

it('documents every flag', async () => {
  const page = await readFile(new URL('../../../docs/agent.md', import.meta.url), 'utf8');
  for (const [flag] of USAGE.matchAll(/^ {2}--\S+/gm)) expect(page).toContain(`\`${flag.trim()}`);
});
