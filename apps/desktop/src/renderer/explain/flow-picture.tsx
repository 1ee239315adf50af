import { quoted } from '@portolan/console/kinds/traces';
import type { Explanation } from '@portolan/contract/explain';
import { Callout } from '@portolan/ui/callout';
import { clsx } from 'clsx';
import { ArrowDown, ArrowRight, Check, CircleSlash, X } from 'lucide-react';
import { shown } from '../data/headings.ts';
import { KindLink } from '../lists/kind-link.tsx';
import type { Passage, Station } from './flow.ts';

/**
 * The way of a call as a picture: the stations from left to right, or from top to bottom where there is no room, and what the
 * gateway checks inside of it. It is a list with words for every state, so that it reads as well as it looks.
 */
export function FlowPicture({
  found,
  stations,
}: {
  readonly found: Explanation;
  readonly stations: readonly Station[];
}) {
  const isAllowed = found.verdict === 'allow' && stations.every(({ passage }) => passage === 'passed');
  return (
    <div className="flex flex-col gap-4">
      <Callout tone={isAllowed ? 'ok' : 'bad'} title={verdictOf(found, stations)} />
      <ol aria-label="Way of the call" className="flex gap-1 max-lg:flex-col lg:items-start">
        {stations.map((station, at) => (
          <li
            key={station.id}
            className={clsx(
              'flex min-w-0 gap-1 max-lg:flex-col',
              station.id === 'gateway' ? 'flex-[2.4]' : 'flex-1',
            )}
          >
            {at > 0 && <Arrow isReached={station.passage !== 'not-reached'} />}
            <StationBox station={station} />
          </li>
        ))}
      </ol>
      {found.notes.map((note) => (
        <Callout key={note} tone="warn">
          {shown(note)}
        </Callout>
      ))}
    </div>
  );
}

function verdictOf(found: Explanation, stations: readonly Station[]): string {
  const stop = stations.find(({ passage }) => passage === 'stopped');
  if (stop === undefined) return 'This call would be accepted.';
  return stop.id === 'edge' || stop.id === 'tunnel'
    ? 'This call would not reach the gateway.'
    : `This call would be refused with ${found.status}.`;
}

function Arrow({ isReached }: { readonly isReached: boolean }) {
  const look = clsx(
    'shrink-0 self-center lg:mt-7 lg:self-start',
    isReached ? 'text-muted' : 'text-faint opacity-50',
  );
  return (
    <>
      <ArrowRight size={18} aria-hidden className={clsx(look, 'max-lg:hidden')} />
      <ArrowDown size={18} aria-hidden className={clsx(look, 'lg:hidden')} />
    </>
  );
}

const LOOKS: Readonly<
  Record<Passage, { readonly words: string; readonly box: string; readonly text: string }>
> = {
  passed: { words: 'passed', box: 'border-line bg-panel', text: 'text-ok' },
  stopped: { words: 'stops here', box: 'border-bad border-2 bg-panel', text: 'text-bad' },
  'not-reached': {
    words: 'not reached',
    box: 'border-dashed border-line bg-transparent',
    text: 'text-muted',
  },
};

function StationBox({ station: { title, passage, text, checks } }: { readonly station: Station }) {
  const { words, box, text: tone } = LOOKS[passage];
  return (
    <section className={clsx('flex min-w-0 flex-1 flex-col gap-2 rounded-lg border p-3', box)}>
      <header>
        <h2 className="font-semibold wrap-anywhere">{shown(title)}</h2>
        <p className={clsx('flex items-center gap-1 text-sm font-medium', tone)}>
          <PassageIcon passage={passage} /> {words}
        </p>
      </header>
      <p className="text-sm wrap-anywhere text-muted">{shown(text)}</p>
      {checks.length > 0 && passage !== 'not-reached' && (
        <ol aria-label="Checks" className="flex flex-col gap-1.5 border-t border-line pt-2">
          {checks.map((check) => (
            <CheckRow key={`${check.step} ${check.text}`} check={check} />
          ))}
        </ol>
      )}
    </section>
  );
}

function PassageIcon({ passage }: { readonly passage: Passage }) {
  if (passage === 'passed') return <Check size={15} aria-hidden className="shrink-0" />;
  if (passage === 'stopped') return <X size={15} aria-hidden className="shrink-0" />;
  return <CircleSlash size={15} aria-hidden className="shrink-0" />;
}

function CheckRow({ check }: { readonly check: Station['checks'][number] }) {
  const { step, ok, text, object, fix, who } = check;
  return (
    <li
      className={clsx(
        'grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2 rounded',
        !ok && '-mx-1 bg-bad-soft px-1 py-1',
      )}
    >
      <span className={clsx('pt-0.5', ok ? 'text-ok' : 'text-bad')}>
        <PassageIcon passage={ok ? 'passed' : 'stopped'} />
        <span className="sr-only">{ok ? 'passes' : 'fails'}</span>
      </span>
      <div className="min-w-0">
        <span className="font-medium">{capital(shown(step))}</span>{' '}
        <span className={clsx('wrap-anywhere', ok ? 'text-muted' : 'text-bad')}>{shown(text)}</span>
        {object !== undefined && (
          <>
            {' '}
            <KindLink
              kind="resources"
              filter={`kind=${quoted(object.kind)} name=${quoted(object.name)}`}
              className="text-sm whitespace-nowrap text-accent"
            >
              Open {shown(object.kind)}
            </KindLink>
          </>
        )}
        {!ok && fix !== undefined && (
          <p className="mt-1 text-sm wrap-anywhere">
            <span className="font-medium">To change that: </span>
            {shown(fix)}
            {who !== undefined && <span className="text-muted"> ({shown(who)})</span>}
          </p>
        )}
      </div>
    </li>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
