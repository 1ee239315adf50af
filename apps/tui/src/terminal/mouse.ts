import { PassThrough } from 'node:stream';
import { isLight } from './background.ts';

export interface MouseReport {
  readonly type: 'press' | 'wheel-up' | 'wheel-down';
  /** From 0. */
  readonly x: number;
  readonly y: number;
}

// oxlint-disable-next-line no-control-regex -- SGR mouse reports begin with ESC (xterm ctlseqs, mode 1006)
const REPORT = /\u001b\[<(\d+);(\d+);(\d+)([Mm])/g;
/** The answer to what background.ts asks. */
// oxlint-disable-next-line no-control-regex -- as above
const BACKGROUND = /\u001b\]11;rgb:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\u0007|\u001b\\)/gi;
// oxlint-disable-next-line no-control-regex -- as above
const UNFINISHED = /\u001b(?:\[<[\d;]*|\]11;[^\u0007\u001b]*\u001b?)$/;
const ON = '\u001b[?1000h\u001b[?1006h';
const OFF = '\u001b[?1006l\u001b[?1000l';

/** Asks the terminal to report the mouse, or not to. */
export function mouseMode(isOn: boolean): string {
  return isOn ? ON : OFF;
}

/** What Ink needs of a terminal's input. */
export type Tty = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode(isOn: boolean): unknown;
  ref(): unknown;
  unref(): unknown;
};

/** A terminal's input that can be given back for the next screen. */
type Tap = Tty & { release(): void };

/** The terminal's input without what the terminal says by itself, which Ink would drop or take for keys. */
export function tapReports(
  tty: Tty,
  on: { mouse(report: MouseReport): void; background(isLight: boolean): void },
): Tap {
  const out = new PassThrough();
  let carry = '';
  tty.setEncoding('utf8');
  const onData = (chunk: string | Buffer) => {
    let text = (carry + chunk.toString())
      .replace(REPORT, (...match: string[]) => {
        const report = parseReport(match);
        if (report) on.mouse(report);
        return '';
      })
      .replace(BACKGROUND, (_, ...components: string[]) => {
        on.background(isLight(components.slice(0, 3)));
        return '';
      });
    // A report may be split across chunks; its beginning waits for the rest.
    carry = UNFINISHED.exec(text)?.[0] ?? '';
    text = text.slice(0, text.length - carry.length);
    if (text !== '') out.write(text);
  };
  const onEnd = () => out.end();
  tty.on('data', onData).on('end', onEnd);
  // A screen before this one may have paused it.
  tty.resume();
  return Object.assign(out, {
    isTTY: tty.isTTY ?? true,
    release() {
      tty.off('data', onData).off('end', onEnd);
      tty.pause();
    },
    setRawMode(isOn: boolean) {
      tty.setRawMode(isOn);
      return out;
    },
    ref() {
      tty.ref();
      return out;
    },
    unref() {
      tty.unref();
      return out;
    },
  });
}

function parseReport([, button, x, y, end]: readonly string[]): MouseReport | null {
  const place = { x: Number(x) - 1, y: Number(y) - 1 };
  if (button === '64') return { type: 'wheel-up', ...place };
  if (button === '65') return { type: 'wheel-down', ...place };
  return button === '0' && end === 'M' ? { type: 'press', ...place } : null;
}
