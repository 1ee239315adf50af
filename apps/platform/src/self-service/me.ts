import type { Me } from '@portolan/contract/self-service';
import type { UserPrincipal } from '../auth/authenticate-user.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { getUser } from '../users/service.ts';

/** Returns the signed-in user, in the shape of the API. */
export async function getMe(work: Pick<UnitOfWork, 'tx'>, { user, workspace }: UserPrincipal): Promise<Me> {
  const { id, firstName, lastName, company, email, groups, provider } = await getUser(
    work,
    workspace.id,
    user.id,
  );
  return { id, firstName, lastName, company, email, groups, provider, workspace };
}
