import { pgTable, text } from 'drizzle-orm/pg-core';

/** Secrets of the platform itself that all replicas share, sealed: signing keys, certificate authorities. */
export const platformSecrets = pgTable('platform_secrets', {
  name: text('name').primaryKey(),
  sealed: text('sealed').notNull(),
});
