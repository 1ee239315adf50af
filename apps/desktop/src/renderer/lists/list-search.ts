import { z } from 'zod';

/** What the address of a list says; everything about how it is shown is in it, so that a link shows the same. */
export const listSearch = z.object({
  /** Filter, in the grammar of the terminal and the command line. */
  q: z.string().max(2_000).optional().catch(undefined),
  /** `-createdAt` */
  sort: z.string().max(64).optional().catch(undefined),
  /** Columns, comma-separated. */
  cols: z.string().max(500).optional().catch(undefined),
  /** Id of the row that is shown beside the list. */
  peek: z.string().max(500).optional().catch(undefined),
  /** Tab of that row. */
  tab: z.string().max(64).optional().catch(undefined),
  /** Live tail of a list that grows. */
  live: z.boolean().optional().catch(undefined),
});
export type ListSearch = z.output<typeof listSearch>;
