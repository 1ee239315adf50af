import { z } from 'zod';
import { objectShape } from './shape.ts';

/** Secret of the core group; `stringData` is what a manifest may write in clear, `data` is base64. */
export const secretShape = objectShape({
  type: z.string().optional(),
  data: z.record(z.string(), z.base64('illegal base64 data')).nullish(),
  stringData: z.record(z.string(), z.string()).nullish(),
});

export type Secret = z.infer<typeof secretShape>;

/** One value of a Secret as bytes, or null when it has none of that name. */
export function secretValue(secret: Secret, key: string): Buffer | null {
  const text = secret.stringData?.[key];
  if (text !== undefined) return Buffer.from(text);
  const encoded = secret.data?.[key];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64');
}
