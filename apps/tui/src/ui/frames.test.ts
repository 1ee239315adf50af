import { afterEach, beforeEach, expect, test } from 'vitest';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openApp } from '../testing/screen-driver.ts';
import type { App } from '../state/app.ts';
import { Frames } from './frames.ts';

let platform: FixturePlatform;
let app: App;
let frames: Frames;
let painted = 0;

beforeEach(async () => {
  platform = await startFixturePlatform(airline());
  app = openApp(platform);
  frames = new Frames(app);
  // Home reads what it shows.
  await app.busy.idle();
  await frames.drawn();
  painted = 0;
  frames.subscribe(() => (painted += 1));
});
afterEach(async () => {
  frames.close();
  app.close();
  await platform.close();
});

test('whatever changes in one turn of the event loop is one frame', async () => {
  for (let at = 0; at < 100; at += 1) app.say(`number ${at}`);
  await frames.drawn();
  expect(painted).toBe(1);
  expect(frames.current().lines.at(-1)).toContain('number 99');
});

test('a change that shows nowhere is no new frame', async () => {
  app.changed();
  await frames.drawn();
  const before = painted;
  app.changed();
  await frames.drawn();
  expect(painted).toBe(before);
});

test('what drawing throws reaches whoever paints', async () => {
  Object.defineProperty(app, 'size', {
    get: () => {
      throw new Error('broken');
    },
  });
  app.changed();
  await frames.drawn();
  expect(() => frames.current()).toThrow('broken');
});
