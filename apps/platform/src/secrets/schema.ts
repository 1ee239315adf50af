import { pgTable, text } from 'drizzle-orm/pg-core';

/** Sealed secrets of the platform that all replicas share: signing keys, certificate authorities. */
export const platformSecrets = pgTable('platform_secrets', {
  name: text('name').primaryKey(),
  sealed: text('sealed').notNull(),
});
