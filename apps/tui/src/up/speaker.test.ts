import { expect, test } from 'vitest';
import { createSpeaker } from './speaker.ts';

test('what is said while the screen is taken comes when it is free, in order', () => {
  let out = '';
  const speaker = createSpeaker((text) => (out += text));
  speaker.say('starting …');
  const release = speaker.hold();
  speaker.say('platform ended (SIGKILL); the other parts keep running');
  speaker.say('broker-1 ended (SIGKILL); the other parts keep running');
  expect(out).toBe('portolan: starting …\n');
  release();
  speaker.say('stopping …');
  expect(out.split('\n')).toEqual([
    'portolan: starting …',
    'portolan: platform ended (SIGKILL); the other parts keep running',
    'portolan: broker-1 ended (SIGKILL); the other parts keep running',
    'portolan: stopping …',
    '',
  ]);
});
