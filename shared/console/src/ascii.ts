import { dictionary } from '@portolan/contract/dictionary';
const ASCII = dictionary<string>({
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
  '↔': '-',
  '›': '>',
  '≤': '<=',
  '≥': '>=',
  '●': 'o',
  '○': '.',
  '▲': '!',
  '▸': '>',
  '✓': '*',
  '✗': 'x',
  '─': '-',
  '│': '|',
});
const GLYPHS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g');

/** Returns a text with the glyphs that messages and lists are written with in ASCII, for terminals without Unicode. */
export function toAscii(text: string): string {
  return text.replace(GLYPHS, (glyph) => ASCII[glyph] ?? glyph);
}

/** Returns the same column for column, for text that is laid out already. */
export function toAsciiCells(text: string): string {
  return text.replace(GLYPHS, (glyph) => ASCII[glyph]?.[0] ?? glyph);
}
