import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SECRET_FIELDS } from './redaction.ts';

const MODULE = fileURLToPath(new URL('./logger.ts', import.meta.url));

it('writes no secret, whatever its field or depth, and passes warnings on redacted alike', () => {
  const fields = JSON.stringify(SECRET_FIELDS);
  const script = `
    import { createLogger } from ${JSON.stringify(MODULE)};
    const log = createLogger({ app: 'agent', level: 'info', onWarning: (line) => process.stdout.write(line) });
    const secrets = Object.fromEntries(${fields}.map((name) => [name, 'planted']));
    log.warn({ event: 'a', ...secrets, headers: secrets, options: { tls: secrets } }, 'warned');
    log.error({ event: 'b', error: 'failed query: insert\\nparams: planted' }, 'failed');
    log.info({ event: 'c', ...secrets }, 'noted');
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr.trim().split('\n')).toHaveLength(3);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stdout + stderr).not.toContain('planted');
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({
    level: 'warn',
    app: 'agent',
    event: 'a',
    msg: 'warned',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

it.skipIf(process.platform !== 'linux')('goes on when the disk of its log is full', () => {
  const full = openSync('/dev/full', 'w');
  const script = `
    import { createLogger } from ${JSON.stringify(MODULE)};
    const log = createLogger({ app: 'agent', level: 'info' });
    for (let at = 0; at < 100; at += 1) log.info({ event: 'noise' }, 'x'.repeat(1000));
    setImmediate(() => process.stdout.write('alive'));
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', full],
  });
  closeSync(full);
  expect(run).toMatchObject({ status: 0, stdout: 'alive' });
});
