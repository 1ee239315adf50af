import { allKinds } from '@portolan/console/kinds/all-kinds';
import type { Permission } from '@portolan/contract/permissions';
import { KindLink } from '../../lists/kind-link.tsx';
import { mayDo, useSession } from '../../session/session-context.tsx';
import { useCount } from './counts.ts';

const SHOWN: readonly (readonly [string, Permission])[] = [
  ['apis', 'resources.read'],
  ['users', 'users.read'],
  ['groups', 'users.read'],
  ['keys', 'keys.read'],
  ['clusters', 'clusters.read'],
  ['tunnels', 'clusters.read'],
  ['problems', 'resources.read'],
  ['alerts', 'alerts.read'],
];

/** How many there are of what matters; each number leads to its list. */
export function Overview() {
  const session = useSession();
  return (
    <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4 xl:grid-cols-8" aria-label="Overview">
      {SHOWN.filter(([, permission]) => mayDo(session, permission)).map(([name, permission]) => (
        <Tile key={name} name={name} permission={permission} />
      ))}
    </ul>
  );
}

function Tile({ name, permission }: { readonly name: string; readonly permission: Permission }) {
  const kind = allKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  const count = useCount(kind, permission);
  return (
    <li>
      <KindLink
        kind={name}
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
