import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../chaos/bodies.ts';

/** A gigabyte takes a minute: `npm run chaos -- bodies` passes that. */
const BODY_MB = 256;

test.skipIf(!existsSync('/proc/self/status'))(
  `a body of ${BODY_MB} MB passes both ways, whole and in bounded memory (peaks are read from /proc)`,
  async () => {
    const { wanted } = await run({ log: () => undefined, bodyMb: BODY_MB });
    expect(wanted.filter(({ ok }) => !ok)).toEqual([]);
    expect(wanted).toHaveLength(12);
  },
  600_000,
);
