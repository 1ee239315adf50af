import { describe, expect, it } from 'vitest';
import { PasswordGuesses } from './password-guesses.ts';

/** Returns how many of so many attempts could begin, all of them wrong. */
function tryMany(
  guesses: PasswordGuesses,
  count: number,
  attempt: (index: number) => readonly [name: string, address: string],
): number {
  let begun = 0;
  for (let index = 0; index < count; index++) {
    const guess = guesses.begin(...attempt(index));
    guess?.end({ isWrong: true });
    if (guess !== null) begun++;
  }
  return begun;
}

describe('guesses of passwords', () => {
  it.each<[string, (index: number) => readonly [string, string], number]>([
    ['a name from one address', () => ['ann', '192.0.2.1'], 10],
    [
      'a name in spellings that mean the same',
      (index) => [[' Ann', 'ANN  ', 'ann', 'ａnn'][index % 4] ?? '', '192.0.2.1'],
      10,
    ],
    ['a name from one IPv6 network', (index) => ['ann', `2001:db8::${index.toString(16)}`], 10],
    ['many names from one address', (index) => [`user-${index}`, '192.0.2.1'], 50],
    ['a name from many addresses', (index) => ['ann', `192.0.${index >> 8}.${index & 0xff}`], 200],
  ])('%s are limited', (_case, attempt, expected) => {
    expect(tryMany(new PasswordGuesses(), 300, attempt)).toBe(expected);
  });

  it('count from their beginning, so that guesses made at once are no way around', () => {
    const guesses = new PasswordGuesses();
    const begun = Array.from({ length: 30 }, () => guesses.begin('ann', '192.0.2.1'));
    expect(begun.filter((guess) => guess !== null)).toHaveLength(10);
  });

  it('leave out who gave the right password, and let others in from elsewhere', () => {
    const guesses = new PasswordGuesses();
    for (let index = 0; index < 100; index++) guesses.begin('ann', '192.0.2.1')?.end({ isWrong: false });
    expect(tryMany(guesses, 100, () => ['ann', '192.0.2.1'])).toBe(10);
    expect(guesses.begin('ann', '198.51.100.1')).not.toBeNull();
  });

  it('hold few connections to the directory at once', () => {
    const guesses = new PasswordGuesses();
    const begun = Array.from({ length: 100 }, (_, index) =>
      guesses.begin(`user-${index}`, `192.0.2.${index}`),
    );
    const running = begun.filter((guess) => guess !== null);
    expect(running).toHaveLength(32);
    running[0]?.end({ isWrong: false });
    expect(guesses.begin('ann', '198.51.100.1')).not.toBeNull();
  });
});
