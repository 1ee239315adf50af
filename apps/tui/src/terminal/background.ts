import type { Environment } from './environment.ts';

/** Asks for the colour of the background; terminals that do not know the question stay silent (xterm ctlseqs, OSC 11). */
export const ASK_BACKGROUND = '\u001b]11;?\u0007';

/** Returns whether it is worth asking: what is configured, or said by the environment, needs no answer. */
export function isBackgroundAsked(theme: string, env: Environment): boolean {
  const isColoured = !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return theme === 'auto' && isColoured && env['COLORFGBG'] === undefined && !env['CI'];
}

/** Returns whether `rgb:` components of any precision are a light colour, by the weights of ITU-R BT.709. */
export function isLight(components: readonly string[]): boolean {
  const [red = 0, green = 0, blue = 0] = components.map(
    (digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5;
}
