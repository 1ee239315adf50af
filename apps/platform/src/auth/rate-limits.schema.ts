import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Theoretical arrival times of the generic cell rate algorithm, shared by all replicas. */
export const rateLimits = pgTable(
  'rate_limits',
  { key: text('key').primaryKey(), arrival: timestamp('arrival', { withTimezone: true }).notNull() },
  (t) => [index('rate_limits_arrival').on(t.arrival)],
);
