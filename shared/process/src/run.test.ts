import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
const HEAD = `
  const { aborted, runProgram } = await import(${here('./run.ts')});
  const { HelpRequested, StartupError } = await import(${here('./startup-error.ts')});
`;

/** Runs `main`, the text of a function, as a program with an IPC channel. */
function start(main: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `${HEAD} await runProgram('portolan-x', ${main});`],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...env } },
  );
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => stream && text(stream));
  return {
    child,
    async outcome() {
      const [code] = await once(child, 'exit');
      return { code, stdout: await stdout, stderr: await stderr };
    },
  };
}

it.each([
  ['async () => {}', 0, '', ''],
  ["async () => { throw new HelpRequested('usage: x') }", 0, 'usage: x\n', ''],
  [
    "async () => { throw new StartupError('Port 1 is in use', 'Choose another.') }",
    1,
    '',
    'portolan-x: Port 1 is in use. Choose another.\n',
  ],
  ["async () => { throw new StartupError('No.', 'Do.', { exitCode: 2 }) }", 2, '', 'portolan-x: No. Do.\n'],
])('ends %s with exit code %i', async (main, code, stdout, stderr) => {
  expect(await start(main).outcome()).toEqual({ code, stdout, stderr });
});

it('prints the stack of an unexpected error', async () => {
  const { code, stderr } = await start("async () => { throw new TypeError('odd') }").outcome();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^portolan-x: TypeError: odd\n {4}at /);
});

const WAITING = `async ({ stop, stopNow, ready }) => {
  const alive = setInterval(() => {}, 1000);
  ready({ url: 'http://x' });
  await aborted(stop);
  process.stdout.write('stopping ');
  process.send?.({ event: 'stopping' });
  if (process.env.SLOW) await aborted(stopNow);
  clearInterval(alive);
  process.stdout.write('stopped');
}`;

it('reports that it is ready, stops in order on a signal, and at once on a second one', async () => {
  const { child, outcome } = start(WAITING, { SLOW: '1' });
  const [message] = await once(child, 'message');
  expect(message).toEqual({ event: 'ready', url: 'http://x', pid: child.pid });
  const ended = outcome();
  child.kill('SIGTERM');
  await once(child, 'message');
  child.kill('SIGINT');
  expect(await ended).toEqual({ code: 0, stdout: 'stopping stopped', stderr: '' });
});

it('stops when its supervisor is gone', async () => {
  const { child, outcome } = start(WAITING, { PORTOLAN_SUPERVISED: '1' });
  await once(child, 'message');
  const ended = outcome();
  child.disconnect();
  expect(await ended).toMatchObject({ code: 0, stdout: 'stopping stopped' });
});
