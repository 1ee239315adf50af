import { describe, expect, it } from 'vitest';
import { HUB_GROUP, listKinds } from '../../../kinds/registry.ts';
import { compileV3 } from '../../test-objects.ts';
import { SERVED_API, SERVED_BASE, SERVED_ROWS } from './served-rows.ts';

describe('kinds of generation v3', () => {
  it('are each served, or refused by name', () => {
    const kinds = listKinds('v3').filter(({ group }) => group === HUB_GROUP);
    expect(SERVED_ROWS.map(({ kind }) => kind).toSorted()).toEqual(kinds.map(({ kind }) => kind).toSorted());
  });

  it.each(SERVED_ROWS)('$kind: $serves', ({ kind, manifest, bringsApi, shown, expected }) => {
    const base = bringsApi === true ? SERVED_BASE : SERVED_BASE + SERVED_API;
    const without = shown(compileV3(base));
    expect({ shown: without }).not.toMatchObject({ shown: expected });
    const result = compileV3(`${base}---\napiVersion: hub.traefik.io/v1alpha1\nkind: ${kind}\n${manifest}\n`);
    expect({ shown: shown(result) }).toMatchObject({ shown: expected });
  });
});
