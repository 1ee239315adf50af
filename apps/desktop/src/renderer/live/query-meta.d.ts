import type { Topic } from '@portolan/contract/events';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: {
      /** Live updates after which the query is read again. */
      readonly topics?: readonly Topic[];
      /** Whether it may be some seconds behind: a figure beside others, not what the page is about. */
      readonly isRelaxed?: boolean;
      readonly [key: string]: unknown;
    };
  }
}
