import { useParams } from '@tanstack/react-router';
import { SessionProvider } from '../session/session-provider.tsx';
import { Frame } from './frame.tsx';

/** Everything of one workspace, for its members. */
export function Workspace() {
  const { workspace } = useParams({ from: '/w/$workspace' });
  return (
    <SessionProvider workspace={workspace}>
      <Frame />
    </SessionProvider>
  );
}
