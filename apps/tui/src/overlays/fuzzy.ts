/** How well the letters of `query` occur in order in `text`; null when they do not, lower is better. */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = query.toLowerCase();
  const held = text.toLowerCase();
  const at = held.indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : isWordStart(held, at) ? 1 : 2 + at / 100;
  let position = 0;
  let gaps = 0;
  for (const char of wanted) {
    if (char === ' ') continue;
    const found = held.indexOf(char, position);
    if (found < 0) return null;
    gaps += isWordStart(held, found) ? 0 : found - position;
    position = found + 1;
  }
  return 10 + gaps;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(text[at - 1] ?? '');
}
