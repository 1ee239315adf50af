/** Subject that an issuer signed in. */
export type Subject = AccountSubject | UserSubject;

/**
 * An account, limited to one workspace when that workspace's provider authenticated it: administrators of a workspace choose
 * its provider, which must not grant access to other workspaces.
 */
interface AccountSubject {
  readonly kind: 'account';
  readonly accountId: string;
  readonly confinedTo: string | null;
}

/** A user of a workspace's APIs. */
interface UserSubject {
  readonly kind: 'user';
  readonly userId: string;
  readonly workspace: string;
}

const USER_PREFIX = 'usr_';

/** Returns a subject as the `accountId` of the issuer's records. */
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
