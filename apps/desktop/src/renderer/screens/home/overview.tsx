import { alerts } from '@portolan/console/kinds/alerts';
import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { keys } from '@portolan/console/kinds/keys';
import { problems } from '@portolan/console/kinds/problems';
import { tunnels } from '@portolan/console/kinds/tunnels';
import { users } from '@portolan/console/kinds/users';
import type { Kind } from '@portolan/console/kinds/kind';
import type { Permission } from '@portolan/contract/permissions';
import { KindLink } from '../../lists/kind-link.tsx';
import { mayDo, useSession } from '../../session/session-context.tsx';
import { useCount } from './counts.ts';

const SHOWN: readonly (readonly [Kind, Permission])[] = [
  [apis, 'resources.read'],
  [users, 'users.read'],
  [groups, 'users.read'],
  [keys, 'keys.read'],
  [clusters, 'clusters.read'],
  [tunnels, 'clusters.read'],
  [problems, 'resources.read'],
  [alerts, 'alerts.read'],
];

/** How many there are of what matters; each number leads to its list. */
export function Overview() {
  const session = useSession();
  return (
    <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4 xl:grid-cols-8" aria-label="Overview">
      {SHOWN.filter(([, permission]) => mayDo(session, permission)).map(([kind, permission]) => (
        <Tile key={kind.name} kind={kind} permission={permission} />
      ))}
    </ul>
  );
}

function Tile({ kind, permission }: { readonly kind: Kind; readonly permission: Permission }) {
  const count = useCount(kind, permission);
  return (
    <li>
      <KindLink
        kind={kind.name}
        className="block rounded-lg border border-line bg-panel px-3 py-2 hover:border-line-strong"
      >
        <span className="block text-sm text-muted">{kind.title}</span>
        <span className="block text-xl font-semibold">
          {count === undefined ? '–' : count.total.toLocaleString()}
        </span>
      </KindLink>
    </li>
  );
}
