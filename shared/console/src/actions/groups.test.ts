import { expect, it } from 'vitest';
import { namesGroup } from './groups.ts';

const warning = {
  severity: 'warning',
  kind: 'APIAccess',
  namespace: 'default',
  name: 'crew-flights',
  field: 'spec.groups',
  message: 'Group "crew" does not exist: nobody has access through it',
  fix: null,
} as const;

it('recognises warnings about groups that a plan creates or mentions itself', () => {
  const isNamed = namesGroup(['crew', 'pilots']);
  expect(isNamed(warning)).toBe(true);
  expect(isNamed({ ...warning, message: 'Group "crews" does not exist: nobody has access through it' })).toBe(
    false,
  );
  expect(isNamed({ ...warning, field: 'spec.apis' })).toBe(false);
  expect(namesGroup([])(warning)).toBe(false);
});
