import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';
import type { JsonFile } from '../json-file.ts';

const bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });
const windowState = z.object({ bounds, isMaximized: z.boolean() });
/** Window key → where it was. */
export const windowStates = z.record(z.string(), windowState);
type WindowStates = z.output<typeof windowStates>;

const DEFAULT_SIZE = { width: 1280, height: 800 };
/** How much of a window must be on a display for a person to find it. */
const VISIBLE_MIN = 80;

/** Returns where a window goes: where it was, if that is still on a display; else the middle of the primary one. */
export function initialBounds(states: WindowStates, key: string): Partial<Rectangle> & typeof DEFAULT_SIZE {
  const kept = Object.hasOwn(states, key) ? states[key]?.bounds : undefined;
  return kept && screen.getAllDisplays().some(({ workArea }) => isOn(workArea, kept)) ? kept : DEFAULT_SIZE;
}

/** Keeps where a window is whenever it comes to rest there, and maximizes it if it was. */
export function keepWindowState(window: BrowserWindow, key: string, file: JsonFile<WindowStates>): void {
  if (Object.hasOwn(file.value, key) && file.value[key]?.isMaximized) window.maximize();
  const keep = () =>
    file.change((states) => ({
      ...states,
      [key]: { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() },
    }));
  for (const event of ['resized', 'moved', 'maximize', 'unmaximize', 'close'] as const)
    window.on(event as 'close', keep);
}

function isOn(area: Rectangle, { x, y, width, height }: Rectangle): boolean {
  const seenWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  const seenHeight = Math.min(y + height, area.y + area.height) - Math.max(y, area.y);
  return seenWidth >= VISIBLE_MIN && seenHeight >= VISIBLE_MIN;
}
