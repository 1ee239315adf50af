import { z } from 'zod';

/** Query of every list: filter grammar and sort fields are those of the kind's columns. */
export const listQuery = z.object({
  filter: z.string().max(2000).optional(),
  /** Column, `-` before it for descending: `name`, `-createdAt`. */
  sort: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** Opaque, from `next` of the previous page. */
  cursor: z.string().max(1000).optional(),
});
export type ListQuery = z.output<typeof listQuery>;

/** A page: `total` counts all, `matched` those the filter lets through; `next` is null on the last page. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    total: z.number().int(),
    matched: z.number().int(),
    next: z.string().nullable(),
  });
}

export const timestamp = z.iso.datetime({ offset: true });
/** The last instant that RFC 3339 §5.6 can write in UTC: years have four digits. */
export const LAST_INSTANT_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const FIRST_INSTANT_MS = Date.parse('0001-01-01T00:00:00Z');
/** A timestamp that someone sends: unlike offsets allow, it lies in years that are stored and written again. */
export const sentTimestamp = timestamp.refine((text) => {
  const instant = Date.parse(text);
  return instant >= FIRST_INSTANT_MS && instant <= LAST_INSTANT_MS;
}, 'must lie within the years 1 to 9999, in UTC');
export const workspaceParams = z.object({ workspace: z.string().min(1).max(64) });

/** Characters that make two names look alike or turn a line around: controls, bidirectional marks, invisible fillers. */
const DECEPTIVE = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
/**
 * Joiners where a script or an emoji needs them: ZWNJ between Arabic letters, both behind a virama (RFC 5892 appendix A.1 and
 * A.2), ZWJ and the emoji presentation between pictographs (UTS #51).
 */
const JOINING =
  /(?<=[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}])\u200c(?=[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}])|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]|(?<=\p{Extended_Pictographic}[\p{EMod}\ufe0f]*)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic}\p{EMod}?)\ufe0f/gu;
/** A word of Latin letters with look-alikes of another script in it. */
const MIXED =
  /[\p{sc=Latin}][\p{M}]*[\p{sc=Cyrillic}\p{sc=Greek}]|[\p{sc=Cyrillic}\p{sc=Greek}][\p{M}]*[\p{sc=Latin}]/u;

const plainText = z
  .string()
  .trim()
  .normalize()
  .refine(
    (text) => !DECEPTIVE.test(text.replace(JOINING, '')),
    'contains invisible or direction-changing characters',
  )
  .refine((text) => !MIXED.test(text), 'mixes alphabets whose letters look alike within a word');

export const name = plainText.min(1).max(120);
/** A name, or nothing. */
export const optionalName = plainText.max(120);
const ATEXT = String.raw`[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_\x60{|}~]`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\-]{0,61}[\p{L}\p{N}\p{M}])?`;
/** RFC 5321 §4.1.2 with RFC 6531: a dot-string, `@`, and a domain of letters of any script or A-labels; no quoted strings. */
const ADDRESS = new RegExp(`^(?=.{1,64}@)${ATEXT}+(?:\\.${ATEXT}+)*@${LABEL}(?:\\.${LABEL})*$`, 'u');

export const email = z
  .email({ pattern: ADDRESS })
  .max(254)
  .refine((text) => !DECEPTIVE.test(text), 'holds invisible or direction-changing characters')
  .refine((text) => !MIXED.test(text), 'mixes alphabets whose letters look alike within a word');
