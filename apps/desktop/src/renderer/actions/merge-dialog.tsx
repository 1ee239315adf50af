import { compare, mergeInto, type Difference } from '@portolan/console/actions/merge';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Dialog } from '@portolan/ui/dialog';
import { clsx } from 'clsx';
import { useId, useState } from 'react';
import { shown } from '../data/headings.ts';

interface MergeDialogProps {
  readonly title: string;
  /** What goes on with what was decided. */
  readonly button: string;
  /** The object as it was when editing began, as it was edited, and as someone else has made it meanwhile. */
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Receives the object with what was decided. */
  readonly onMerged: (merged: unknown) => void;
  readonly onCancel: () => void;
}

/** Two people edited one object: shows what it was, mine and theirs, and asks where both changed the same. */
export function MergeDialog(props: MergeDialogProps) {
  const { title, button, base, mine, theirs, onMerged, onCancel } = props;
  const [start] = useState(() => compare(base, mine, theirs));
  const [differences, setDifferences] = useState(start);
  const open = differences.filter(({ choice }) => choice === null).length;
  const choose = (index: number, choice: 'mine' | 'theirs') =>
    setDifferences((now) => now.map((one, at) => (at === index ? { ...one, choice } : one)));
  return (
    <Dialog
      isOpen
      isPersistent
      onClose={onCancel}
      size="large"
      title={title}
      description="Nothing was overwritten. Choose what to keep of each field; fields that only one of you changed are chosen already."
      footer={
        <>
          <span role="status" className="mr-auto text-muted">
            {open === 0 ? 'Everything is decided.' : `${open} to decide`}
          </span>
          <Button onClick={onCancel}>Cancel</Button>
          <Button
            variant="primary"
            disabled={open > 0}
            onClick={() => onMerged(mergeInto(theirs, differences))}
          >
            {button}
          </Button>
        </>
      }
    >
      {differences.length === 0 ? (
        <Callout>Both versions are the same by now.</Callout>
      ) : (
        <ul className="flex flex-col gap-4">
          {differences.map((one, at) => (
            <li key={one.path.join('/')}>
              <FieldChoice difference={one} onChoose={(choice) => choose(at, choice)} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

interface FieldChoiceProps {
  readonly difference: Difference;
  readonly onChoose: (choice: 'mine' | 'theirs') => void;
}

function FieldChoice({ difference, onChoose }: FieldChoiceProps) {
  const { path, base, isConflict, choice } = difference;
  const name = useId();
  return (
    <fieldset className={clsx('rounded-lg border p-3', choice === null ? 'border-warn' : 'border-line')}>
      <legend className="px-1 font-mono text-sm font-medium wrap-anywhere">
        {shown(path.join('.'))}
        {isConflict && <span className="ml-2 font-sans text-warn">changed by both</span>}
      </legend>
      <p className="mb-2 text-sm wrap-anywhere text-muted">Was {textOf(base)}</p>
      <div className="grid gap-2 sm:grid-cols-2">
        {(['mine', 'theirs'] as const).map((side) => (
          <label
            key={side}
            className={clsx(
              'flex min-w-0 items-start gap-2 rounded-md border p-2',
              choice === side ? 'border-accent bg-accent-soft' : 'border-line',
            )}
          >
            <input
              type="radio"
              name={name}
              className="mt-1 accent-(--accent-strong)"
              checked={choice === side}
              onChange={() => onChoose(side)}
            />
            <span className="min-w-0">
              <span className="block text-sm font-medium">{side === 'mine' ? 'Mine' : 'Theirs'}</span>
              <span className="block font-mono text-sm wrap-anywhere">{textOf(difference[side])}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function textOf(value: unknown): string {
  if (value === undefined) return 'not set';
  return shown(typeof value === 'string' ? value : JSON.stringify(value));
}
