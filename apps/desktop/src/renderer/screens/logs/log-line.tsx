import type { LogEntry } from '@portolan/contract/telemetry';
import { CopyButton } from '@portolan/ui/copy-button';
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { absoluteTime, secondTime } from '../../data/times.ts';
import { shown } from '../../data/headings.ts';

const TONES: Readonly<Record<LogEntry['level'], string>> = {
  info: 'text-muted',
  warn: 'text-warn',
  error: 'text-bad',
  fatal: 'text-bad font-bold',
};

interface LogLineProps {
  readonly row: LogEntry;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One entry on one line; opened, with everything it carries. */
export const LogLine = memo(function LogLine({ row, isOpen, onToggle }: LogLineProps) {
  const { time, level, cluster, event, message, fields } = row;
  return (
    <div className={clsx(isOpen && 'bg-sunken')}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className={clsx(
          'flex min-h-[26px] w-full items-center gap-3 px-3 text-left outline-offset-[-2px] hover:bg-hover',
          (level === 'error' || level === 'fatal') && 'border-l-2 border-bad',
          level === 'warn' && 'border-l-2 border-warn',
          level === 'info' && 'border-l-2 border-transparent',
        )}
      >
        <ChevronRight size={12} aria-hidden className={clsx('shrink-0 text-muted', isOpen && 'rotate-90')} />
        <time dateTime={time} title={absoluteTime(time)} className="shrink-0 text-muted">
          {secondTime(time)}
        </time>
        <span className={clsx('w-11 shrink-0 uppercase', TONES[level])}>{level}</span>
        <span className="w-24 shrink-0 truncate text-muted max-lg:hidden" title={shown(cluster)}>
          {shown(cluster)}
        </span>
        <span className="w-40 shrink-0 truncate text-muted max-md:hidden" title={shown(event)}>
          {shown(event)}
        </span>
        <span className={clsx('min-w-0 flex-1', isOpen ? 'wrap-anywhere' : 'truncate')}>
          {shown(message)}
        </span>
      </button>
      {isOpen && <Fields row={{ time, level, cluster, event, ...fields }} />}
    </div>
  );
});

function Fields({ row }: { readonly row: Readonly<Record<string, unknown>> }) {
  return (
    <div className="flex items-start gap-3 border-b border-line py-2 pr-3 pl-9">
      <dl className="grid min-w-0 flex-1 grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5">
        {Object.entries(row).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{shown(name)}</dt>
            <dd className="wrap-anywhere">
              {shown(typeof value === 'string' ? value : JSON.stringify(value))}
            </dd>
          </div>
        ))}
      </dl>
      <CopyButton text={JSON.stringify(row)} />
    </div>
  );
}
