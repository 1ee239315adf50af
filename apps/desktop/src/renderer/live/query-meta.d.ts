import type { Topic } from '@portolan/contract/events';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: {
      /** Live updates after which the query is read again. */
      readonly topics?: readonly Topic[];
      readonly [key: string]: unknown;
    };
  }
}
