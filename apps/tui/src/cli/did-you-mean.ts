import { closestName } from '@portolan/resources/kinds/closest-name';

/** `Did you mean get? `, or nothing when no candidate is near; letters in another order are near as well. */
export function didYouMean(
  word: string,
  candidates: Iterable<string>,
  write = (name: string) => name,
): string {
  const all = [...candidates];
  const sorted = (text: string) => text.toLowerCase().split('').toSorted().join('');
  const near = closestName(word, all) ?? all.find((one) => sorted(one) === sorted(word));
  return near === undefined ? '' : `Did you mean ${write(near)}? `;
}
