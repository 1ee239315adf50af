import { expect, test } from 'vitest';
import { createStatusLine } from './status-line.ts';

test('lines written while the screen is taken appear when it is free, in order', () => {
  let out = '';
  const status = createStatusLine((text) => (out += text));
  status.write('starting …');
  const release = status.hold();
  status.write('platform ended (SIGKILL); the other parts keep running');
  status.write('broker-1 ended (SIGKILL); the other parts keep running');
  expect(out).toBe('portolan: starting …\n');
  release();
  status.write('stopping …');
  expect(out.split('\n')).toEqual([
    'portolan: starting …',
    'portolan: platform ended (SIGKILL); the other parts keep running',
    'portolan: broker-1 ended (SIGKILL); the other parts keep running',
    'portolan: stopping …',
    '',
  ]);
});
