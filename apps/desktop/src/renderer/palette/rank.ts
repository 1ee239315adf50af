/**
 * Returns the items that hold the letters of a query in their order, best first: whole words before beginnings of words before
 * anything else. Everything matches an empty query.
 */
export function rank<T>(items: readonly T[], query: string, textOf: (item: T) => string): readonly T[] {
  if (query === '') return items;
  const wanted = query.toLowerCase();
  return items
    .map((item) => ({ item, score: scoreOf(textOf(item).toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

function scoreOf(text: string, wanted: string): number {
  if (text.startsWith(wanted)) return 4;
  const words = text.split(/\s+/);
  if (words.some((word) => word.startsWith(wanted))) return 3;
  if (text.includes(wanted)) return 2;
  let from = 0;
  for (const letter of wanted.replaceAll(' ', '')) {
    const at = text.indexOf(letter, from);
    if (at < 0) return 0;
    from = at + 1;
  }
  return 1;
}
