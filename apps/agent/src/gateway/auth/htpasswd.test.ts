import { hash } from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { apr1 } from './apr1.ts';
import { parseHtpasswd } from './htpasswd.ts';

describe('htpasswd', () => {
  it('verifies bcrypt, {SHA} and apr1, again and again', async () => {
    const bcrypt = await hash('secret', 4);
    const htpasswd = parseHtpasswd(
      [
        `ann:${bcrypt}`,
        `eve:${bcrypt.replace('$2b$', '$2y$')}`,
        'bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
        'cat:$apr1$8sFt66rZ$APR1SECRET',
        '# comment',
        '',
      ].map((line) => line.replace('APR1SECRET', apr1('secret', '8sFt66rZ').split('$')[3]!)),
    );
    for (let round = 0; round < 2; round++) {
      for (const name of ['ann', 'eve', 'bob', 'cat']) {
        expect([name, await htpasswd.verify(name, 'secret')]).toEqual([name, true]);
        expect([name, await htpasswd.verify(name, 'Secret')]).toEqual([name, false]);
      }
      expect(await htpasswd.verify('dan', 'secret')).toBe(false);
    }
  });

  it.each([
    ['secret', '8sFt66rZ', '$apr1$8sFt66rZ$eup.HOtZcQ/VrnApBM3rR/'],
    ['a much longer pässword than sixteen bytes', 'abc', '$apr1$abc$CFXIPTZWLtyOC91AqxIUM0'],
  ])('computes apr1 as openssl does: %s', (password, salt, expected) => {
    expect(apr1(password, salt)).toBe(expected);
  });

  it.each(['plain:secret', 'crypt:rl4Fe1mNYRCPk', 'old:$1$abc$xyz'])('refuses to load %s', (line) => {
    expect(() => parseHtpasswd([line])).toThrow(/is not bcrypt, \{SHA\} or apr1/);
  });

  it('computes few hashes at once, and refuses when many wait', async () => {
    const htpasswd = parseHtpasswd([`ann:${await hash('secret', 4)}`]);
    const checks = Array.from({ length: 300 }, (_, i) => htpasswd.verify('ann', `wrong ${i}`));
    const outcomes = await Promise.allSettled(checks);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(103);
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
    expect(await htpasswd.verify('ann', 'secret')).toBe(true);
  });
});
