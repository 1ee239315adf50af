import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { z } from 'zod';

type Value = string | number | boolean | undefined;

/** Returns what a screen keeps in the address, parsed by its schema, and a function that changes parts of it. */
export function useScreenSearch<S extends z.ZodType>(
  schema: S,
): readonly [z.output<S>, (next: Readonly<Record<string, Value>>) => void] {
  const held = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Readonly<Record<string, Value>>) =>
      void navigate({
        to: '.',
        search: (before: Readonly<Record<string, Value>>) =>
          Object.fromEntries(
            Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined && value !== ''),
          ),
        replace: true,
      }),
    [navigate],
  );
  return [schema.parse(held), change];
}
