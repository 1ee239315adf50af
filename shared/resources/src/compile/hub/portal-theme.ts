import type { PortalTheme } from '../../model/portal.ts';
import type { Reader } from '../reader.ts';

const PREFIX = 'portolan.dev/portal-';
/** Grounds on which accents are hardest to read, of the light and the dark appearance: `--bg` and `--raised` of the design tokens. */
const LIGHT = '#f6f8fa';
const DARK = '#1c222b';
/** WCAG 2.2 §1.4.3: text of ordinary size. */
const CONTRAST_MIN = 4.5;
const RADIUS_MAX = 24;
const FONTS = ['sans', 'serif', 'mono'] as const;

/**
 * Reads the looks of a portal from its annotations `portolan.dev/portal-accent`, `-accent-dark`, `-font` and `-radius`. What cannot be used,
 * or could not be read on the page, is a problem and left out.
 */
export function portalTheme(reader: Reader, annotations: Readonly<Record<string, string>>): PortalTheme {
  const warn = (name: string, message: string, fix: string): null => {
    reader.warn('invalid', `metadata.annotations[${PREFIX}${name}]`, { message, fix });
    return null;
  };
  const colour = (name: string, background: string): string | null => {
    const text = annotations[`${PREFIX}${name}`]?.trim().toLowerCase();
    if (text === undefined || text === '') return null;
    if (!/^#[\da-f]{6}$/.test(text))
      return warn(
        name,
        `"${text.slice(0, 40)}" is not a colour; the usual one is used`,
        'write it as #rrggbb',
      );
    const contrast = contrastOf(text, background);
    if (contrast >= CONTRAST_MIN) return text;
    const shown = Math.floor(contrast * 10) / 10;
    return warn(
      name,
      `text in ${text} on ${background} has a contrast of ${shown}:1, too little to read; the usual colour is used`,
      `choose a ${background === LIGHT ? 'darker' : 'lighter'} one, with at least ${CONTRAST_MIN}:1`,
    );
  };
  const font = annotations[`${PREFIX}font`];
  const knownFont = FONTS.find((each) => each === font);
  if (font !== undefined && knownFont === undefined)
    warn(
      'font',
      `"${font.slice(0, 40)}" is not a font of portals; sans is used`,
      `write one of ${FONTS.join(', ')}`,
    );
  const radius = annotations[`${PREFIX}radius`];
  const isRadius = radius !== undefined && /^\d{1,2}$/.test(radius) && Number(radius) <= RADIUS_MAX;
  if (radius !== undefined && !isRadius)
    warn(
      'radius',
      `"${radius.slice(0, 40)}" is not a radius; the usual one is used`,
      `write pixels from 0 to ${RADIUS_MAX}`,
    );
  return {
    accent: colour('accent', LIGHT),
    accentDark: colour('accent-dark', DARK),
    font: knownFont ?? 'sans',
    radiusPx: isRadius ? Number(radius) : 6,
  };
}

/** Contrast ratio of two colours (WCAG 2.2, definition of contrast ratio). */
function contrastOf(first: string, second: string): number {
  const [darker = 0, lighter = 0] = [luminance(first), luminance(second)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
