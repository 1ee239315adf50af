const ASCII: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '·': '*',
  '→': '->',
  '←': '<-',
  '↑': '^',
  '↓': 'v',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
};
const GLYPHS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g');

/** Returns a text with the glyphs that messages and lists are written with in ASCII, for terminals without Unicode. */
export function toAscii(text: string): string {
  return text.replace(GLYPHS, (glyph) => ASCII[glyph] ?? glyph);
}
