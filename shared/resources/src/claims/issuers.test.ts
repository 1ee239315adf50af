import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimsTest } from './claims-test.ts';
import { issuersIn } from './issuers.ts';

describe('issuers a claims expression insists on', () => {
  it.each([
    ['Equals("iss", "https://a")', ['https://a']],
    ['OneOf("iss", "https://a", "https://b")', ['https://a', 'https://b']],
    ['Equals("role", "x") && Equals("iss", "https://a")', ['https://a']],
    [
      '(Equals("iss", "https://a") && Equals("r", "x")) || Equals("iss", "https://b")',
      ['https://a', 'https://b'],
    ],
    ['Equals("iss", "https://a") || Equals("role", "x")', null],
    ['!Equals("iss", "https://a")', null],
    ['Prefix("iss", "https://a")', null],
    ['Contains("iss", "https://a")', null],
    ['Equals("sub.iss", "https://a")', null],
  ])('%s → %j', (expression, issuers) => {
    expect(issuersIn(expression)).toEqual(issuers);
  });

  it('are never missed: a token of another issuer never satisfies the expression', () => {
    const call = fc
      .record({ name: fc.constantFrom('iss', 'role'), value: fc.constantFrom('a', 'b', 'c') })
      .map(({ name, value }) => `Equals("${name}", "${value}")`);
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        call,
        tie('tree').map((inner) => `!(${inner})`),
        fc
          .tuple(tie('tree'), fc.constantFrom('&&', '||'), tie('tree'))
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c'), (text, iss, role) => {
        const issuers = issuersIn(text);
        if (issuers !== null && claimsTest(text)({ iss, role })) expect(issuers).toContain(iss);
      }),
    );
  });
});
