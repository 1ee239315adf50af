import { readManifest } from '@portolan/console/kinds/manifest-tab';
import { formatOwner } from '@portolan/console/kinds/format';
import type { ProblemView, Resource } from '@portolan/contract/resources';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { CopyButton } from '@portolan/ui/copy-button';
import { Dialog } from '@portolan/ui/dialog';
import { Loading } from '@portolan/ui/loading';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { shown } from '../../data/headings.ts';
import { useSession } from '../../session/session-context.tsx';

const ManifestEditor = lazy(() =>
  import('../../manifest-editor/manifest-editor.tsx').then(({ ManifestEditor: view }) => ({ default: view })),
);

interface ProblemEditorProps {
  readonly problem: ProblemView;
  readonly row: Resource;
  readonly onClose: () => void;
}

/** The manifest of an object that belongs to files or a tool, at the line of its problem: tried out here, changed there. */
export function ProblemEditor({ problem, row, onClose }: ProblemEditorProps) {
  const session = useSession();
  const [edited, setEdited] = useState<string | null>(null);
  const { data, error } = useQuery({
    queryKey: ['manifest', session.workspace, row.clusterId, row.key],
    queryFn: ({ signal }) => readManifest(session, row, { signal, isPlain: true }),
  });
  const text = edited ?? data;
  const place = problem.file === null ? formatOwner(row.owner) : `${problem.file}:${problem.line ?? 1}`;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title={`${shown(row.kind)} ${shown(row.name)}`}
      description={`It belongs to ${shown(formatOwner(row.owner))}. Try a change here, then make it in ${shown(place)}.`}
      footer={
        <>
          {text !== undefined && <CopyButton text={text} />}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Callout tone={problem.severity === 'error' ? 'bad' : 'warn'} title={shown(problem.message)}>
          {problem.fix === null ? undefined : shown(problem.fix)}
        </Callout>
        {error !== null && <ErrorPanel error={error} />}
        {text === undefined && error === null && <Loading className="h-48 w-full" />}
        {text !== undefined && (
          <Suspense fallback={<Loading className="h-48 w-full" />}>
            <ManifestEditor
              label="Manifest"
              value={text}
              onChange={setEdited}
              {...(problem.field === null ? {} : { field: problem.field })}
            />
          </Suspense>
        )}
      </div>
    </Dialog>
  );
}
