import { parseDuration } from '@portolan/console/actions/input';
import { usageFailure } from '@portolan/console/failure';

/** Returns `90s`, `10m`, `2h` or `30d` in seconds; a number alone is in the given unit. */
export function readSeconds(text: string, flag: string, unit: 's' | 'd'): number {
  const seconds = parseDuration(text, unit);
  if (seconds === null)
    throw usageFailure(`--${flag} cannot be "${text}".`, 'Use a time such as 90s, 10m, 2h or 30d.');
  return seconds;
}
