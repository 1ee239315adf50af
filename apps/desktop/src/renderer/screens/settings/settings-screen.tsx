import type { Action } from '@portolan/console/actions/action';
import { apiAuthText } from '@portolan/console/actions/settings';
import { counted } from '@portolan/console/kinds/format';
import { getSettings } from '@portolan/contract/settings';
import { Button } from '@portolan/ui/button';
import { Card } from '@portolan/ui/card';
import { CheckboxField } from '@portolan/ui/checkbox';
import { Loading } from '@portolan/ui/loading';
import { useQuery } from '@tanstack/react-query';
import { settingsOffers, type SETTINGS } from '../../actions/offers.ts';
import { take } from '../../actions/running.ts';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { useTitle } from '../../frame/use-title.ts';
import { useHost } from '../../host/host-context.tsx';
import { useWriteLock } from '../../preferences/write-lock.ts';
import { mayDo, useSession } from '../../session/session-context.tsx';
import { PreferencesCard } from './preferences-card.tsx';
import { preferences, setPreferences } from '../../preferences/preferences.ts';
import { useStore } from '../../preferences/store.ts';

/** What can be set: of the workspace, of the account, and of this browser. */
export function SettingsScreen() {
  useTitle('Settings');
  return (
    <div className="flex max-w-3xl flex-col gap-4 p-4 md:p-6">
      <h1 className="text-xl font-semibold">Settings</h1>
      <WorkspaceCard />
      <AccountCard />
      <PreferencesCard />
    </div>
  );
}

function WorkspaceCard() {
  const session = useSession();
  const { client, workspace, role } = session;
  const host = useHost();
  const { production } = useStore(preferences);
  const { data, error, refetch } = useQuery({
    queryKey: ['settings', workspace],
    queryFn: ({ signal }) => client.call(getSettings, { params: { workspace } }, signal),
    meta: { topics: ['workspace', 'keys'] },
  });
  const row = { id: workspace, name: data?.name ?? workspace, role, isCurrent: true };
  return (
    <Card title={`Workspace ${workspace}`}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading className="h-16 w-full" />
      ) : (
        <dl className="grid grid-cols-[minmax(8rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1.5">
          <dt className="text-muted">Name</dt>
          <dd>{data.name}</dd>
          <dt className="text-muted">Callers authenticate with</dt>
          <dd>{apiAuthText(data.apiAuth)}</dd>
          <dt className="text-muted">API keys</dt>
          <dd>
            {counted(data.keys.total, 'key')}, {data.keys.working} accepted
          </dd>
          <dt className="text-muted">Your role</dt>
          <dd>{role}</dd>
        </dl>
      )}
      {host.isProduction === null && (
        <div className="mt-4">
          <CheckboxField
            label="This is production"
            help="Marks its pages in this browser, and locks writing until you unlock it for a quarter of an hour."
            checked={production.includes(workspace)}
            onChange={({ target }) =>
              setPreferences({
                production: target.checked
                  ? [...production, workspace]
                  : production.filter((one) => one !== workspace),
              })
            }
          />
        </div>
      )}
      <Actions of="workspace" row={row} />
    </Card>
  );
}

function AccountCard() {
  const { account } = useSession();
  return (
    <Card title="Your account">
      <p>{account.name === '' ? account.email : `${account.name}, ${account.email}`}</p>
      <Actions of="account" row={null} />
    </Card>
  );
}

/** Buttons for the actions of a part of the settings. */
function Actions({ of, row }: { readonly of: (typeof SETTINGS)[number]; readonly row: unknown }) {
  const session = useSession();
  const { isLocked } = useWriteLock();
  const offered = settingsOffers(of).filter((action) => mayDo(session, action.permission));
  return (
    <div className="mt-4 flex flex-wrap gap-2">
      {offered.map((action) => (
        <Button
          key={action.id}
          size="small"
          disabled={isLocked}
          variant={action.danger === 3 ? 'danger' : 'secondary'}
          onClick={() =>
            take({
              offer: { action, takes: action.takes },
              selected: action.takes === 'none' ? [] : [row],
              onDone: () => leaveIfGone(action),
            })
          }
        >
          {action.title}
        </Button>
      ))}
    </div>
  );
}

/** After a workspace was left or deleted there is nothing to show of it. */
function leaveIfGone({ id }: Action): void {
  if (id === 'workspaces.leave' || id === 'workspaces.delete' || id === 'workspaces.create')
    window.location.assign('/');
}
