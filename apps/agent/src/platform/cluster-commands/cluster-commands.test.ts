import { afterEach, expect, test } from 'vitest';
import type { CommandReport } from '@portolan/contract/cluster-commands';
import { createLogger } from '@portolan/process/logger';
import { ClusterCommands, failed, succeeded, type CommandHandlers } from './cluster-commands.ts';
import { RestartCommand } from './restart-command.ts';

const log = createLogger({ app: 'agent', level: 'fatal' });
const open: ClusterCommands[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((commands) => commands.close()));
});

function started(handlers: CommandHandlers, allowed: readonly string[] = Object.keys(handlers)) {
  const reports: CommandReport[] = [];
  const commands = new ClusterCommands({
    log,
    handlers,
    allowed: new Set(allowed),
    report: (report) => reports.push(report),
  });
  open.push(commands);
  return { commands, reports };
}

const command = (id: string, type: string, inMs = 60_000) => ({
  id,
  type,
  expiresAt: new Date(Date.now() + inMs).toISOString(),
});

test('a command is carried out and reported once, however often it is announced', async () => {
  let runs = 0;
  const { commands, reports } = started({
    count: async () => {
      runs += 1;
      return succeeded('done');
    },
  });
  const wanted = [command('c-1', 'count')];
  for (let times = 0; times < 3; times += 1) commands.apply(wanted);
  await expect.poll(() => reports.length).toBe(1);
  commands.apply([...wanted, command('c-2', 'count')]);
  await expect.poll(() => reports.length).toBe(2);
  expect(runs).toBe(2);
  expect(reports).toEqual([
    { id: 'c-1', outcome: 'succeeded', code: null, message: 'done' },
    { id: 'c-2', outcome: 'succeeded', code: null, message: 'done' },
  ]);
});

test('one that has expired is neither carried out nor reported', async () => {
  const ran: string[] = [];
  const { commands, reports } = started({
    count: async ({ id }) => {
      ran.push(id);
      return succeeded();
    },
  });
  commands.apply([command('late', 'count', -1), command('c', 'count')]);
  await expect.poll(() => reports.map(({ id }) => id)).toEqual(['c']);
  expect(ran).toEqual(['c']);
});

test('one that fails for now is tried again until its deadline', async () => {
  let attempts = 0;
  const { commands, reports } = started({
    slow: async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('the API server is away');
      return attempts === 2 ? null : failed('object-not-found', 'it is gone');
    },
    never: async () => {
      throw new Error('never');
    },
  });
  commands.apply([command('a', 'slow'), command('b', 'never', 1_000)]);
  await expect
    .poll(() => reports)
    .toEqual([{ id: 'a', outcome: 'failed', code: 'object-not-found', message: 'it is gone' }]);
  expect(attempts).toBe(3);
});

test.each([
  ['exec', 'unsupported-command'],
  ['toString', 'unsupported-command'],
  ['known', 'not-allowed'],
])('the command %s, which is not taken, is refused with why', async (type, code) => {
  const { commands, reports } = started({ known: async () => succeeded() }, []);
  commands.apply([command('c', type)]);
  await expect.poll(() => reports).toMatchObject([{ id: 'c', outcome: 'failed', code }]);
});

function restarting({ isSupervised = true, turns = [true] as readonly boolean[] } = {}) {
  const left = [...turns];
  let restarts = 0;
  const restart = new RestartCommand({
    isSupervised,
    takeTurn: async () => left.shift() ?? false,
    restart: () => (restarts += 1),
  });
  return { restart, restarts: () => restarts };
}

test('a restart waits for its turn, ends the process once, and is reported by the process that follows', async () => {
  const { restart, restarts } = restarting({ turns: [false, true, true] });
  const wanted = command('r', 'restart');
  expect(await restart.run(wanted)).toBeNull();
  expect(restarts()).toBe(0);
  expect(await restart.run(wanted)).toBeNull();
  expect(await restart.run(wanted)).toBeNull();
  expect(restarts()).toBe(1);
  const next = restarting();
  next.restart.began([wanted]);
  expect(await next.restart.run(wanted)).toMatchObject({ outcome: 'succeeded' });
  expect(next.restarts()).toBe(0);
});

test('an agent that nothing would start again does not end', async () => {
  const { restart, restarts } = restarting({ isSupervised: false });
  expect(await restart.run(command('r', 'restart'))).toMatchObject({ code: 'not-supervised' });
  expect(restarts()).toBe(0);
});
