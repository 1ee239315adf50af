/** How a cell looks, as the parameters of one SGR sequence (ECMA-48 §8.3.117). */
export interface Style {
  /** Bold or faint, underlined, inverse: each its parameter or ''. */
  readonly weight: string;
  readonly underline: string;
  readonly inverse: string;
  readonly foreground: string;
  readonly background: string;
}

export const PLAIN: Style = { weight: '', underline: '', inverse: '', foreground: '', background: '' };

const OFF = { weight: '22', underline: '24', inverse: '27', foreground: '39', background: '49' } as const;
const PARTS = ['weight', 'underline', 'inverse', 'foreground', 'background'] as const;
type Part = (typeof PARTS)[number];

/** Returns the style after a sequence of SGR parameters. */
export function applySgr(style: Style, parameters: string): Style {
  const list = parameters.split(';');
  let next = style;
  for (let at = 0; at < list.length; at += 1) {
    const one = list[at] ?? '';
    if (one === '' || one === '0') {
      next = PLAIN;
      continue;
    }
    const off = PARTS.find((part) => OFF[part] === one);
    if (off !== undefined) {
      next = { ...next, [off]: '' };
      continue;
    }
    const part = partOf(Number(one));
    if (part === null) continue;
    // 38 and 48 carry their colour after them: 5;n or 2;r;g;b.
    const length = one === '38' || one === '48' ? (list[at + 1] === '5' ? 3 : 5) : 1;
    next = { ...next, [part]: list.slice(at, at + length).join(';') };
    at += length - 1;
  }
  return next;
}

function partOf(code: number): Part | null {
  if (code === 1 || code === 2) return 'weight';
  if (code === 4) return 'underline';
  if (code === 7) return 'inverse';
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return 'foreground';
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return 'background';
  return null;
}

export function isSameStyle(a: Style, b: Style): boolean {
  return a === b || PARTS.every((part) => a[part] === b[part]);
}

/** Returns whether a space looks the same in it as in the plain style. */
export function isSeeThrough({ background, inverse, underline }: Style): boolean {
  return background === '' && inverse === '' && underline === '';
}

/** Returns the shortest sequence that leads from one style to another. */
export function changeStyle(from: Style, to: Style): string {
  if (isSameStyle(from, to)) return '';
  const wanted = PARTS.map((part) => to[part]).filter((one) => one !== '');
  if (wanted.length === 0) return '\u001b[m';
  const fresh = isSameStyle(from, PLAIN) ? wanted.join(';') : `0;${wanted.join(';')}`;
  const changed = PARTS.filter((part) => from[part] !== to[part]).map((part) => to[part] || OFF[part]);
  // From bold to faint or back the one has to be switched off before the other is switched on.
  if (from.weight !== '' && to.weight !== '' && from.weight !== to.weight) changed.unshift(OFF.weight);
  const delta = changed.join(';');
  return `\u001b[${delta.length < fresh.length ? delta : fresh}m`;
}
