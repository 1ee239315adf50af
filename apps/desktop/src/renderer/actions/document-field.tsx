import type { InputField } from '@portolan/console/actions/input';
import type { ControlProps } from '@portolan/ui/field';
import { Textarea } from '@portolan/ui/input';
import { Skeleton } from '@portolan/ui/skeleton';
import { lazy, Suspense } from 'react';
import { useStore } from '../preferences/store.ts';
import { running } from './running.ts';

const ManifestEditor = lazy(() =>
  import('../manifest-editor/manifest-editor.tsx').then(({ ManifestEditor: view }) => ({ default: view })),
);

interface DocumentFieldProps {
  readonly label: string;
  readonly syntax: NonNullable<InputField['syntax']>;
  readonly control: ControlProps;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const LINES_MAX = 24;
const LINES_MIN = 8;

/** A text of many lines: typed, pasted, or read from a file. */
export function DocumentField({ label, syntax, control, value, onChange }: DocumentFieldProps) {
  const taken = useStore(running);
  const field = taken?.type === 'offer' ? taken.field : undefined;
  const lines = value.split('\n').length + 1;
  return (
    <>
      {syntax === 'yaml' ? (
        <Suspense fallback={<Skeleton className="h-40 w-full" />}>
          <ManifestEditor
            label={label}
            value={value}
            onChange={onChange}
            {...(field === undefined ? {} : { field })}
          />
        </Suspense>
      ) : (
        <Textarea
          {...control}
          value={value}
          rows={Math.min(LINES_MAX, Math.max(LINES_MIN, lines))}
          spellCheck={false}
          autoCapitalize="off"
          className="font-mono text-sm"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <input
        type="file"
        aria-label={`Read the ${syntax.toUpperCase()} from a file`}
        className="text-sm text-muted"
        onChange={(event) => void event.target.files?.[0]?.text().then(onChange)}
      />
    </>
  );
}
