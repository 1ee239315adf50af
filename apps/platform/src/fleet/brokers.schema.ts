import { doublePrecision, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Brokers that have registered. They serve every workspace. */
export const brokers = pgTable(
  'brokers',
  {
    id: text('id').primaryKey(),
    region: text('region').notNull(),
    url: text('url').notNull(),
    edgeHttp: text('edge_http'),
    edgeHttps: text('edge_https'),
    capacity: doublePrecision('capacity').notNull(),
    version: text('version').notNull(),
    pid: integer('pid').notNull(),
    state: text('state').$type<'live' | 'draining' | 'down'>().notNull(),
    /** Made anew at every registration: what ends an older connection cannot touch a newer one. */
    incarnation: text('incarnation').notNull(),
    connections: integer('connections').notNull().default(0),
    load: doublePrecision('load').notNull().default(0),
    /** How often its weight was lowered because of its load; falls again when it has rested. */
    shedSteps: integer('shed_steps').notNull().default(0),
    shedAt: timestamp('shed_at', { withTimezone: true }).notNull().defaultNow(),
    lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).notNull().defaultNow(),
    registeredAt: timestamp('registered_at', { withTimezone: true }).notNull().defaultNow(),
    /** Since when an administrator keeps tunnels away from it; survives its restarts. */
    drainedAt: timestamp('drained_at', { withTimezone: true }),
    /** Since when it has not been live. */
    downAt: timestamp('down_at', { withTimezone: true }),
  },
  (t) => [index('brokers_lease').on(t.state, t.lastSeenAt)],
);
