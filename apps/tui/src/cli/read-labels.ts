import { usageFailure } from '@portolan/console/failure';

/** `team=pay,tier=gold` as labels. */
export function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const at = part.indexOf('=');
      if (at < 1 || part.includes('!'))
        throw usageFailure(`"${part}" is not a label.`, 'Write it like team=pay.');
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    }),
  );
}
