import { customType } from 'drizzle-orm/pg-core';

/** Column type for raw bytes. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
