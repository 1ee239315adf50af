import type { ObjectOwner } from '@portolan/contract/resources';

/** Returns an owner as text for messages. */
export function describeOwner(owner: ObjectOwner): string {
  switch (owner.kind) {
    case 'file':
      return `the file ${owner.file}, line ${owner.line}`;
    case 'gitops':
      return `${owner.application} of ${owner.tool}`;
    case 'cluster':
      return 'the cluster, where it was created directly';
    case 'platform':
      return 'the platform';
    default:
      throw new Error(`no owner of kind ${String(owner satisfies never)}`);
  }
}
