import { customType } from 'drizzle-orm/pg-core';

/** Column of raw bytes. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
