import { inText } from '@portolan/console/kinds/format';
import { findKindByName } from '@portolan/console/kinds/all-kinds';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { RowActions } from '../actions/row-actions.tsx';
import { useDetail } from '../data/use-detail.ts';
import { shown } from '../data/headings.ts';
import { useTitle } from '../frame/use-title.ts';
import { UnknownKind } from '../lists/unknown-kind.tsx';
import { DetailView } from './detail-view.tsx';
import type { Kind } from '@portolan/console/kinds/kind';
import { KindLink } from '../lists/kind-link.tsx';

/** The page of one object. */
export function DetailPage() {
  const { kind: name, id } = useParams({ from: '/w/$workspace/$kind/$id' });
  const kind = findKindByName(name);
  return kind === null ? (
    <UnknownKind name={name} />
  ) : (
    <ObjectPage key={`${name}/${id}`} kind={kind} id={id} />
  );
}

function ObjectPage({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { tab } = useSearch({ from: '/w/$workspace/$kind/$id' });
  const navigate = useNavigate({ from: '/w/$workspace/$kind/$id' });
  const { data } = useDetail(kind, id);
  const label = data === undefined || data === null ? id : kind.label(data.row);
  const of = data === undefined || data === null ? undefined : kind.of?.(data.row);
  const inside = data === undefined || data === null ? null : (kind.inside?.(data.row) ?? null);
  useTitle(`${label} · ${kind.title}`);
  return (
    <div className="flex flex-col gap-4 p-4 md:p-6">
      <header className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="text-sm text-muted">{capital(inText(kind.singular))}</p>
          <h1 className="text-2xl font-semibold wrap-anywhere">{shown(label)}</h1>
          {of !== undefined && <p className="text-muted">of {shown(of)}</p>}
        </div>
        {inside !== null && (
          <KindLink
            kind={inside.kind}
            filter={inside.filter}
            className="inline-flex items-center gap-1 self-center text-accent"
          >
            Open {inside.kind} <ArrowRight size={14} aria-hidden />
          </KindLink>
        )}
        {data !== undefined && data !== null && <RowActions kind={kind} row={data.row} />}
      </header>
      <DetailView
        kind={kind}
        id={id}
        tab={tab}
        onTab={(next) => void navigate({ search: { tab: next }, replace: true })}
      />
    </div>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
