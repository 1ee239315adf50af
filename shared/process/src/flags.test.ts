import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseFlags, usageError } from './flags.ts';
import { HelpRequested } from './startup-error.ts';

const schema = z.object({
  'data-dir': z.string().min(1).meta({ value: 'DIR', description: 'where things are kept' }),
  port: z.coerce
    .number()
    .int()
    .max(65_535)
    .default(4400)
    .meta({ value: 'N', description: 'where it listens' }),
  'log-level': z.enum(['info', 'warn']).optional().meta({ value: 'LEVEL', description: 'how much is said' }),
  'reuse-port': z.boolean().default(false).meta({ description: 'shares the port' }),
});

it('returns flags by their names in camel case, parsed, with defaults', () => {
  expect(parseFlags(schema, ['--data-dir', 'd', '--reuse-port'])).toEqual({
    dataDir: 'd',
    port: 4400,
    reusePort: true,
  });
  expect(parseFlags(schema, ['--data-dir=d', '--port=0', '--log-level=warn'])).toEqual({
    dataDir: 'd',
    port: 0,
    logLevel: 'warn',
    reusePort: false,
  });
});

it.each([
  [[], '--data-dir is missing'],
  [['--data-dir', 'd', '--port', 'x'], '--port: Invalid input: expected number, received NaN'],
  [
    ['--data-dir', '', '--port', '70000'],
    '--data-dir: Too small: expected string to have >=1 characters; --port: Too big: expected number to be <=65535',
  ],
  [['--data-dir', 'd', '--color', 'red'], "Unknown option '--color'"],
  [
    ['--data-dir', 'd', 'stray'],
    "Unexpected argument 'stray'. This command does not take positional arguments",
  ],
  [['--data-dir'], "Option '--data-dir <value>' argument missing"],
  [['--data-dir', 'd', '--port', '-1'], "Option '--port' argument is ambiguous"],
])('refuses %j', (argv, message) => {
  expect(() => parseFlags(schema, argv)).toThrow(usageError(message));
});

it.each(['--help', '-h'])('throws usage and a line per flag for %s', (flag) => {
  expect(() => parseFlags(schema, [flag, 'stray'], 'usage: program [FLAGS]')).toThrow(
    new HelpRequested(
      [
        'usage: program [FLAGS]',
        '  --data-dir DIR     where things are kept',
        '  --port N           where it listens (4400)',
        '  --log-level LEVEL  how much is said',
        '  --reuse-port       shares the port',
      ].join('\n'),
    ),
  );
});
