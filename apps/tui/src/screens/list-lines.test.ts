import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { users as usersKind } from '@portolan/console/kinds/users';
import { NOW, users } from '../testing/fixture-data.ts';
import { widthOf } from '../terminal/fit.ts';
import { createTheme } from '../terminal/theme.ts';
import { placeColumns } from './place-columns.ts';
import { rowLine } from './list-lines.ts';

test('a row is as wide as asked, whatever is in it: what stands beside it stays in its column', () => {
  const theme = createTheme('none', { level: 0, ascii: false });
  const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('山田 太郎', '👩‍🚀 Ada', '한국어'));
  fc.assert(
    fc.property(name, name, fc.boolean(), (firstName, company, isHere) => {
      const [user] = users(1);
      const rows = [{ ...user!, firstName, company }];
      const columns = placeColumns(usersKind, rows, { width: 90, isWide: false, now: NOW });
      const style = { theme, now: NOW, width: 96, words: [] };
      expect(widthOf(rowLine(columns, rows[0], { isHere, isMarked: false }, style))).toBe(96);
    }),
  );
});
