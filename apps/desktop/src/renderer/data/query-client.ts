import { PlatformError } from '@portolan/contract/client';
import { QueryClient } from '@tanstack/react-query';

/** Creates the cache of what was read from the platform. Live updates keep it fresh, not the time. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        // What the platform refuses it refuses again.
        retry: (count, error) => count < 2 && (!(error instanceof PlatformError) || error.status >= 500),
        retryDelay: (count) => 500 * 2 ** count,
      },
    },
  });
}
