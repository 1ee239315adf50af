import { createServer, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Io } from '../terminal/io.ts';
import { print, printData, tell } from '../terminal/io.ts';
import { plainTheme } from './plain-theme.ts';
import { timedFetch } from './timed-fetch.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

interface Written {
  readonly io: Io;
  readonly out: () => string;
}

function written(env: Record<string, string> = {}, isTty = false): Written {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  for (const stream of [stdout, stderr]) Object.assign(stream, { isTTY: isTty, columns: 80 });
  const io = { stdin: process.stdin, stdout, stderr, env } as unknown as Io;
  return { io, out: () => `${String(stdout.read() ?? '')}${String(stderr.read() ?? '')}` };
}

const HOSTILE = 'a\u001b]0;title\u0007b\u009b31mc\u202ed\u001b[8mhidden\u0008';

test('text of others reaches a terminal without anything it would obey', () => {
  const { io, out } = written();
  print(io, `${HOSTILE}\tx\nnext`);
  tell(io, HOSTILE);
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(out()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
});

test('colours of the theme stay, and only those', () => {
  const { io, out } = written({}, true);
  print(io, `${plainTheme(io).paint('bad', 'red')} \u001b[8mconcealed\u001b[5mblinking`);
  const text = out();
  expect(text).toContain('\u001b[31mred\u001b[39m');
  expect(text).not.toContain('\u001b[8m');
  expect(text).not.toContain('\u001b[5m');
});

test.each(['json', 'yaml'])('%s keeps its meaning with nothing a terminal would obey in it', (format) => {
  const { io, out } = written();
  const value = { metadata: { annotations: { note: HOSTILE, '\u202ekey': 'no' } } };
  printData(io, format === 'json' ? JSON.stringify(value) : formatYaml(value));
  const text = out();
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(format === 'json' ? JSON.parse(text) : parse(text)).toEqual(value);
});

test.each([
  'y',
  'n',
  'yes',
  'no',
  'on',
  'off',
  'NO',
  '1_000',
  '0b11',
  '0x1F',
  '+0x1F',
  '1e3',
  '12:30:45',
  '0o17',
  '017',
  '2001-01-01',
  '~',
  'null',
  '',
  ' x',
  '<<',
  '- a',
  '# c',
  '\ufeffa',
  'é',
  '航',
])('%j survives YAML 1.1 and 1.2 as value, item and key', (word) => {
  const value = { value: word, list: [word], map: { [word]: word } };
  for (const version of ['1.1', '1.2'] as const) expect(parse(formatYaml(value), { version })).toEqual(value);
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '' }, false, false],
  [{ FORCE_COLOR: 'false' }, false, false],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('with %j on a terminal: %s, colours: %s', (env, isTty, isColoured) => {
  const { io } = written(env, isTty);
  for (const stream of ['stdout', 'stderr'] as const)
    expect(plainTheme(io, stream).paint('bad', 'x') !== 'x').toBe(isColoured);
});

test('a terminal without Unicode gets ASCII', () => {
  const { io, out } = written({ LANG: 'C' });
  print(io, 'expires – in 3d … a · b → “c”');
  expect(out()).toBe('expires - in 3d ... a * b -> "c"\n');
});

test('a platform that accepts connections and does not respond is given up', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  await expect(timedFetch(50)(`http://127.0.0.1:${port}/`)).rejects.toThrow(
    'no complete response within 0.05 s',
  );
  silent.close();
});
