import { findKindByName } from '@portolan/console/kinds/all-kinds';
import type { Kind } from '@portolan/console/kinds/kind';
import { ChevronRight } from 'lucide-react';
import { useDetail } from '../data/use-detail.ts';
import { shown } from '../data/headings.ts';

/** The object of a page, at the end of the way to it. */
export function ObjectCrumb({ kind: name, id }: { readonly kind: string; readonly id: string }) {
  const kind = findKindByName(name);
  return kind === null ? null : <Current kind={kind} id={id} />;
}

function Current({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { data } = useDetail(kind, id);
  return (
    <li className="flex min-w-0 items-center gap-1">
      <ChevronRight size={14} aria-hidden className="shrink-0 text-faint" />
      <span aria-current="page" className="truncate">
        {shown(data === undefined || data === null ? id : kind.label(data.row))}
      </span>
    </li>
  );
}
