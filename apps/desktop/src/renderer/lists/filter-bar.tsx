import type { Filter } from '@portolan/contract/filter/filter';
import { parseFor } from '@portolan/console/lists/sort-rows';
import type { Kind } from '@portolan/console/kinds/kind';
import { Input } from '@portolan/ui/input';
import { Popover } from '@portolan/ui/popover';
import { Button } from '@portolan/ui/button';
import { CircleHelp, X } from 'lucide-react';
import { useEffect, useId, useRef, useState, type RefObject } from 'react';

const APPLY_MS = 250;

interface FilterBarProps {
  readonly kind: Kind;
  readonly filter: string;
  readonly onChange: (filter: string) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

/** The filter of a list: a line in the grammar of the terminal, and its terms as pills that can be removed. */
export function FilterBar({ kind, filter, onChange, inputRef }: FilterBarProps) {
  const [text, setText] = useState(filter);
  const helpId = useId();
  const applied = useRef(filter);
  // The filter changes from outside too: by a link, a saved view, a removed pill.
  useEffect(() => {
    if (filter === applied.current) return;
    applied.current = filter;
    setText(filter);
  }, [filter]);
  const parsed = parseFor(kind, text);
  useEffect(() => {
    if (text === applied.current || !parseFor(kind, text).ok) return undefined;
    const timer = setTimeout(() => {
      applied.current = text;
      onChange(text);
    }, APPLY_MS);
    return () => clearTimeout(timer);
  }, [text, kind, onChange]);
  const apply = (next: string) => {
    applied.current = next;
    setText(next);
    onChange(next);
  };
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5">
      <div className="flex items-center gap-1">
        <Input
          ref={inputRef}
          type="search"
          aria-label={`Filter ${kind.title}`}
          placeholder={`Filter: words, ${exampleOf(kind)}, /regex/`}
          value={text}
          spellCheck={false}
          aria-invalid={parsed.ok ? undefined : true}
          aria-describedby={helpId}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.preventDefault();
              if (text === '') inputRef.current?.blur();
              else apply('');
            }
          }}
        />
        <Grammar kind={kind} />
      </div>
      <p id={helpId} className={parsed.ok ? 'sr-only' : 'text-sm text-bad'}>
        {parsed.ok ? 'The list changes as you type.' : parsed.error.message}
      </p>
      {parsed.ok && <Pills filter={parsed.filter} text={text} onRemove={apply} />}
    </div>
  );
}

/** Returns what a filter of a kind may look like: `name:text`, or another text that the list shows. */
function exampleOf({ columns }: Kind): string {
  const texts = columns.filter(({ type }) => type === 'text');
  const [first] = [...texts.filter(({ id }) => id === 'name'), ...texts];
  return first === undefined ? 'field=value' : `${first.id}:text`;
}

interface PillsProps {
  readonly filter: Filter;
  readonly text: string;
  readonly onRemove: (rest: string) => void;
}

function Pills({ filter, text, onRemove }: PillsProps) {
  if (filter.terms.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1" aria-label="Terms of the filter">
      {filter.terms.map(({ span }) => {
        const term = text.slice(span.from, span.to);
        return (
          <li
            key={span.from}
            className="inline-flex items-center gap-1 rounded bg-accent-soft py-px pr-0.5 pl-2 font-mono text-sm text-accent"
          >
            {term}
            <button
              type="button"
              aria-label={`Remove ${term}`}
              className="rounded p-1 hover:bg-hover"
              onClick={() =>
                onRemove(`${text.slice(0, span.from)}${text.slice(span.to)}`.replaceAll(/\s+/g, ' ').trim())
              }
            >
              <X size={12} aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Grammar({ kind }: { readonly kind: Kind }) {
  return (
    <Popover
      align="end"
      title="Filter"
      trigger={
        <Button variant="quiet" size="icon" aria-label="How to filter">
          <CircleHelp size={15} aria-hidden />
        </Button>
      }
    >
      <dl className="grid grid-cols-[max-content_1fr] gap-x-3 gap-y-1 text-sm">
        {EXAMPLES.map(([example, meaning]) => (
          <div key={example} className="contents">
            <dt className="font-mono">{example}</dt>
            <dd className="text-muted">{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-sm text-muted">Fields: {kind.columns.map(({ id }) => id).join(', ')}</p>
    </Popover>
  );
}

const EXAMPLES = [
  ['word', 'occurs anywhere'],
  ['state=active', 'is exactly'],
  ['name:flight', 'contains'],
  ['a=x,y', 'one of several'],
  ['n>100', 'more than'],
  ['at>now-2h', 'in the last two hours'],
  ['/re/', 'regular expression'],
  ['!term', 'not'],
] as const;
