import { existsSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChild } from './child.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-child-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(script: string) {
  const file = join(folder, 'part.mjs');
  writeFileSync(file, script);
  const logFile = join(folder, 'part.log');
  writeFileSync(logFile, 'portolan-part: an earlier start. Ignore it.\n');
  return { logFile, child: startChild({ name: 'part', script: file, args: [], logFile }) };
}

test('a part goes on while its parent is stopped and reads nothing', async () => {
  const done = join(folder, 'done');
  const { child, logFile } = start(`
    import { writeFileSync } from 'node:fs';
    for (let at = 0; at < 300; at += 1) process.stderr.write('x'.repeat(999) + '\\n');
    writeFileSync(${JSON.stringify(done)}, '');
    process.send({ event: 'ready' });
    process.on('disconnect', () => process.exit());
  `);
  // This process does nothing meanwhile, as if ctrl-z had stopped it.
  const until = Date.now() + 20_000;
  while (!existsSync(done) && Date.now() < until)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  expect(existsSync(done)).toBe(true);
  await child.ready();
  expect(readFileSync(logFile, 'utf8').length).toBeGreaterThan(300_000);
  await child.stop(10_000);
});

test('a part that cannot start is reported with its own last message', async () => {
  const { child } = start(`
    process.stderr.write('portolan-part: The port 80 is in use. Choose another one with --port N.\\n');
    process.exit(1);
  `);
  await expect(child.ready()).rejects.toMatchObject({
    message: 'The port 80 is in use.',
    fix: 'Choose another one with --port N.',
  });
});

test('one that says nothing is reported with its log, and with nothing of an earlier start', async () => {
  const { child, logFile } = start('process.exit(3);');
  await expect(child.ready()).rejects.toMatchObject({
    message: 'The part ended before it was ready (exit code 3).',
    fix: `See ${logFile}.`,
  });
});
