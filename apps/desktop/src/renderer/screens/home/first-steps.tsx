import { access } from '@portolan/console/kinds/access';
import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { keys } from '@portolan/console/kinds/keys';
import { users } from '@portolan/console/kinds/users';
import { useCount } from './counts.ts';
import { NextSteps } from './next-steps.tsx';

/** The next steps, as long as something is missing for a first call: a workspace in use reads nothing more for them. */
export function FirstSteps() {
  const counts = [
    useCount(clusters, 'clusters.read'),
    useCount(apis, 'resources.read'),
    useCount(groups, 'users.read'),
    useCount(users, 'users.read'),
    useCount(keys, 'keys.read'),
    useCount(access, 'resources.read'),
  ];
  if (counts.every((count) => count === undefined || count.total > 0)) return null;
  return <NextSteps />;
}
