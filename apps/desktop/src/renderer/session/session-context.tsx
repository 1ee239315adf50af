import { ROLE_PERMISSIONS, type Permission } from '@portolan/contract/permissions';
import type { Session } from '@portolan/console/kinds/kind';
import { createContext, use } from 'react';
import type { SignInGate } from './sign-in-gate.ts';

export interface SignedIn {
  readonly session: Session;
  readonly gate: SignInGate;
}

export const SessionContext = createContext<SignedIn | null>(null);

/** Returns the signed-in connection to the workspace of the page. */
export function useSession(): Session {
  return useSignedIn().session;
}

function useSignedIn(): SignedIn {
  const found = use(SessionContext);
  if (found === null) throw new Error('no session around this component');
  return found;
}

/** Returns whether the account's role has a permission in the workspace. */
export function mayDo(session: Session, permission: Permission | 'signed-in'): boolean {
  return permission === 'signed-in' || ROLE_PERMISSIONS[session.role].has(permission);
}
