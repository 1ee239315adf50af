/** Whom an issuer signed in. */
export type Subject = AccountSubject | UserSubject;

/**
 * An account, or an account within the one workspace whose provider vouched for it. Whoever administers a workspace
 * chooses its provider, which therefore must not open the workspaces of others.
 */
interface AccountSubject {
  readonly kind: 'account';
  readonly accountId: string;
  readonly confinedTo: string | null;
}

/** One who uses the APIs of a workspace. */
interface UserSubject {
  readonly kind: 'user';
  readonly userId: string;
  readonly workspace: string;
}

const USER_PREFIX = 'usr_';

/** As an issuer names it in everything it keeps. */
export function formatSubject(subject: Subject): string {
  if (subject.kind === 'user') return `${subject.userId}@${subject.workspace}`;
  const { accountId, confinedTo } = subject;
  return confinedTo === null ? accountId : `${accountId}@${confinedTo}`;
}

export function parseSubject(text: string): Subject {
  const [id = '', workspace = null] = text.split('@');
  return id.startsWith(USER_PREFIX)
    ? { kind: 'user', userId: id, workspace: workspace ?? '' }
    : { kind: 'account', accountId: id, confinedTo: workspace };
}
