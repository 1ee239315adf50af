import { createClient, PlatformError } from '@portolan/contract/client';
import { whoAmI } from '@portolan/contract/sessions';
import { useQuery } from '@tanstack/react-query';
import { useHost } from '../host/host-context.tsx';

/** Returns the signed-in account as the platform knows it. */
export function useAccount() {
  const host = useHost();
  return useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) =>
      createClient({ baseUrl: host.platform, origin: host.origin, fetch: host.fetch }).call(
        whoAmI,
        {},
        signal,
      ),
    staleTime: 60_000,
    retry: (count, error) => !isSignedOut(error) && count < 3,
  });
}

/** Returns whether a request was refused because nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof PlatformError && error.status === 401;
}
