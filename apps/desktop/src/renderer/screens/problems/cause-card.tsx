import { explain } from '@portolan/console/failure';
import { formatAge } from '@portolan/console/kinds/format';
import type { ProblemView } from '@portolan/contract/resources';
import { Badge } from '@portolan/ui/badge';
import { Button } from '@portolan/ui/button';
import { toast } from '@portolan/ui/toast';
import { Link } from '@tanstack/react-router';
import { SquarePen } from 'lucide-react';
import { useState } from 'react';
import { take } from '../../actions/running.ts';
import { absoluteTime, useNow } from '../../data/times.ts';
import { shown } from '../../data/headings.ts';
import { openPageDialog, closePageDialog } from '../../frame/page-dialog.tsx';
import { useWriteLock } from '../../preferences/write-lock.ts';
import { mayDo, useSession } from '../../session/session-context.tsx';
import type { Cause } from './causes.ts';
import { findObject } from './find-object.ts';
import { ProblemEditor } from './problem-editor.tsx';

const SHOWN_FIRST = 5;

/** One cause, what to do about it, and where it is. */
export function CauseCard({ cause }: { readonly cause: Cause }) {
  const { severity, code, message, fix, problems } = cause;
  const [isWhole, setWhole] = useState(false);
  const listed = isWhole ? problems : problems.slice(0, SHOWN_FIRST);
  const more = problems.length - listed.length;
  return (
    <section
      aria-label={shown(message)}
      className="rounded-lg border border-line bg-panel p-3 [contain-intrinsic-size:auto_10rem] [content-visibility:auto]"
    >
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>
        <h2 className="min-w-0 flex-1 basis-60 font-semibold wrap-anywhere">{sentence(message)}</h2>
        <span className="text-sm text-muted">
          <code className="font-mono">{shown(code)}</code> · {problems.length}{' '}
          {problems.length === 1 ? 'object' : 'objects'}
        </span>
      </header>
      {fix !== null && <p className="mt-1 wrap-anywhere text-muted">{sentence(fix)}</p>}
      <ul className="mt-2 divide-y divide-line/60">
        {listed.map((problem) => (
          <ProblemLine key={problem.id} problem={problem} isOne={problems.length === 1} cause={cause} />
        ))}
      </ul>
      {more > 0 && (
        <Button size="small" variant="quiet" className="mt-1" onClick={() => setWhole(true)}>
          Show {more} more
        </Button>
      )}
    </section>
  );
}

interface ProblemLineProps {
  readonly problem: ProblemView;
  readonly cause: Cause;
  readonly isOne: boolean;
}

function ProblemLine({ problem, cause, isOne }: ProblemLineProps) {
  const { workspace } = useSession();
  const now = useNow();
  const { id, kind, namespace, name, file, line, field, cluster, message, fix, since } = problem;
  const object = name === null ? (file ?? problem.code) : [namespace, name].filter(Boolean).join('/');
  const place = file === null ? null : line === null ? file : `${file}:${line}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-1.5">
      <span className="min-w-0 flex-1 basis-64">
        <Link
          to="/w/$workspace/$kind/$id"
          params={{ workspace, kind: 'problems', id }}
          search={{}}
          className="font-medium wrap-anywhere hover:text-accent hover:underline"
        >
          {kind !== null && <span className="font-normal text-muted">{shown(kind)} </span>}
          {shown(object)}
        </Link>
        {!isOne && message !== cause.message && (
          <span className="block text-sm wrap-anywhere text-muted">
            {sentence(message)}
            {cause.fix === null && fix !== null && <span className="block">{sentence(fix)}</span>}
          </span>
        )}
      </span>
      {field !== null && <code className="font-mono text-sm wrap-anywhere text-muted">{shown(field)}</code>}
      {place !== null && place !== object && (
        <code className="font-mono text-sm wrap-anywhere text-muted">{shown(place)}</code>
      )}
      <span className="text-sm text-muted">{shown(cluster)}</span>
      <time className="w-8 text-right text-sm text-muted" dateTime={since} title={absoluteTime(since)}>
        {formatAge(since, now)}
      </time>
      <OpenButton problem={problem} />
    </li>
  );
}

/** Opens the object's manifest at the line that is wrong: to be changed, or to be looked at where it belongs to files. */
function OpenButton({ problem }: { readonly problem: ProblemView }) {
  const session = useSession();
  const { isLocked } = useWriteLock();
  const [isBusy, setBusy] = useState(false);
  if (problem.kind === null || problem.name === null) return <span className="w-24" />;
  const open = async () => {
    setBusy(true);
    try {
      const row = await findObject(session, problem);
      if (row === null) {
        const description = 'No agent reports it. Change it in its file.';
        return toast({ title: 'The object has no manifest to show.', description, tone: 'bad' });
      }
      if (row.owner.kind !== 'platform' || isLocked || !mayDo(session, 'resources.write'))
        return openPageDialog(() => <ProblemEditor problem={problem} row={row} onClose={closePageDialog} />);
      const { resourceEdit } = await import('@portolan/console/actions/objects');
      const at = problem.field === null ? {} : { field: problem.field };
      take({ offer: { action: resourceEdit, takes: 'one' }, selected: [row], ...at });
    } catch (error) {
      toast({ title: explain(error).message, tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="small"
      disabled={isBusy}
      aria-label={`Open ${shown(problem.name)} in the editor`}
      onClick={() => void open()}
    >
      <SquarePen size={13} aria-hidden /> Open
    </Button>
  );
}

/** Returns a message as a sentence of a page: those of the agent begin with a small letter, as lines of a log do. */
function sentence(text: string): string {
  const safe = shown(text);
  return `${safe.charAt(0).toUpperCase()}${safe.slice(1)}${/[.!?…]$/.test(safe) ? '' : '.'}`;
}
