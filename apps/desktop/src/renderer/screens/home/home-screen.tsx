import { useTitle } from '../../frame/use-title.ts';
import { useSession } from '../../session/session-context.tsx';
import { Attention } from './attention.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Overview } from './overview.tsx';
import { OwnChanges, RecentChanges } from './recent.tsx';
import { Traffic } from './traffic.tsx';
import { WaitingClusters } from './waiting-clusters.tsx';

/** The start page: is everything well, what is next, what happened. */
export function HomeScreen() {
  useTitle('Home');
  const { account, workspace } = useSession();
  const name = account.workspaces.find((one) => one.workspace === workspace)?.name ?? workspace;
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4 md:p-6">
      <h1 className="text-xl font-semibold">{name}</h1>
      <FirstSteps />
      <WaitingClusters />
      <Overview />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Attention />
        <RecentChanges />
      </div>
      <Traffic />
      <OwnChanges />
    </div>
  );
}
