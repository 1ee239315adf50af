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
export const workspaceParams = z.object({ workspace: z.string().min(1).max(64) });
export const name = z.string().trim().min(1).max(120);
export const email = z.email().max(254);
