import { useQuery } from '@tanstack/react-query';
import { mayDo, useSession } from '../session/session-context.tsx';
import type { Offer } from './offer.ts';

/** Loads what can be done; a page is shown before that is there. */
export const loadOffers = () => import('./offers.ts');

const NONE: readonly Offer[] = [];

/** Returns what the account may do on pages of a kind; nothing until that is loaded. */
export function useOffers(kind: string): readonly Offer[] {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['offers', kind, session.role],
    queryFn: async () =>
      (await loadOffers()).offersOf(kind).filter(({ action }) => mayDo(session, action.permission)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NONE;
}
