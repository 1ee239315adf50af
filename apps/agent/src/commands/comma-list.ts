import { z } from 'zod';

/** A flag that takes entries with commas between them; empty entries are left out. */
export const commaList = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
