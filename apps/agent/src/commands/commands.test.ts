import { expect, test } from 'vitest';
import { StartupError } from '@portolan/process/startup-error';
import { findCommand } from './commands.ts';

async function output(...argv: readonly string[]): Promise<string> {
  let text = '';
  const command = findCommand(argv) ?? expect.fail('no such command');
  await command.run({
    argv: argv.slice(1),
    print: async (part) => {
      text += part;
    },
  });
  return text;
}

test('a command line without a command starts the agent', () => {
  expect(findCommand(['--resources', '/r'])).toBeUndefined();
  expect(findCommand([])).toBeUndefined();
});

test('crds prints the resources of one generation', async () => {
  expect(await output('crds')).toContain('edgeingresses.hub.traefik.io');
  expect(await output('crds', '--generation', 'v3')).toContain('apibundles.hub.traefik.io');
});

test('rights prints a role for each namespace', async () => {
  const printed = await output('rights', '--mode', 'namespaces', '--namespaces', 'shop, crew');
  expect(printed.match(/^kind: Role$/gm)).toHaveLength(3);
});

test.each([
  [['--mode', 'namespaces'], /must be used together/],
  [['--namespaces', 'shop'], /must be used together/],
  [['--mode', 'everything'], /--mode/],
])('rights refuses %j', async (argv, message) => {
  const printing = output('rights', ...argv);
  await expect(printing).rejects.toThrow(StartupError);
  await expect(printing).rejects.toThrow(message);
});
