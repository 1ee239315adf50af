import type { WorkspaceSettings } from '@portolan/contract/settings';
import type { Kind } from '@portolan/console/kinds/kind';
import type { Block } from '@portolan/console/kinds/block';
import type { Sort } from '@portolan/console/lists/sort-rows';
import { parseSort } from '@portolan/console/lists/sort-rows';

export interface ListView {
  readonly type: 'list';
  readonly kind: Kind;
  readonly filter: string;
  readonly sort: Sort;
  /** The object under the cursor; it stays there wherever live updates move it. */
  readonly cursor: string | null;
  readonly marks: ReadonlySet<string>;
  /** Where a range of marks began. */
  readonly rangeFrom: string | null;
  readonly isWide: boolean;
  /** What motions move: the cursor, or what the preview shows of its row. */
  readonly focus: 'list' | 'preview';
  readonly previewTab: number;
  readonly previewScroll: number;
  /** Words that are shown where they are, without hiding the rest. */
  readonly highlight: string;
  /** How many rows around each found one stay in sight. */
  readonly context: number;
  /** Whether long texts go on below instead of being cut. */
  readonly isWrapped: boolean;
}

export interface DetailView {
  readonly type: 'detail';
  readonly kind: Kind;
  readonly id: string;
  readonly label: string;
  readonly tab: number;
  readonly scroll: number;
}

export interface PulseView {
  readonly type: 'pulse';
  readonly cursor: number;
}

/** A page of text that belongs to no object: the error log, the journal, an explanation. */
export interface PageView {
  readonly type: 'page';
  readonly name: 'errors' | 'journal' | 'text';
  readonly title: string;
  readonly scroll: number;
  readonly blocks: readonly Block[];
  /** The call a page explains, which can be tried from there. */
  readonly call?: Call;
}

/** A call of an API by someone; null: without a credential. */
export interface Call {
  readonly user: string | null;
  readonly method: string;
  readonly url: string;
}

/** What can be set, here and for the workspace. */
export interface SettingsView {
  readonly type: 'settings';
  readonly cursor: number;
  /** Null until it has been read, and where it may not be. */
  readonly workspace: WorkspaceSettings | null;
}

/** Where the preview is, and whether it is. */
export interface PreviewState {
  readonly side: 'right' | 'below';
  readonly isOn: boolean;
  readonly isZoomed: boolean;
}

export type View = ListView | DetailView | PulseView | PageView | SettingsView;

/** One tab: everywhere it has been, and where in that it stands. */
export interface Trail {
  readonly views: readonly View[];
  readonly at: number;
}

const TRAIL_MAX = 50;
export const HOME: PulseView = { type: 'pulse', cursor: 0 };

export function newTrail(): Trail {
  return { views: [HOME], at: 0 };
}

export function currentView(trail: Trail): View {
  return trail.views[trail.at] ?? HOME;
}

/** Goes to a new view; what was ahead is forgotten. */
export function push(trail: Trail, view: View): Trail {
  const views = [...trail.views.slice(0, trail.at + 1), view].slice(-TRAIL_MAX);
  return { views, at: views.length - 1 };
}

/** Replaces the current view, without a step in the history. */
export function amend(trail: Trail, view: View): Trail {
  return { ...trail, views: trail.views.with(trail.at, view) };
}

export function step(trail: Trail, by: -1 | 1): Trail {
  return { ...trail, at: Math.min(trail.views.length - 1, Math.max(0, trail.at + by)) };
}

/** One level up: from a page to where it was opened, from a detail to its list, from a list home; each as it was left. */
export function goUp(trail: Trail): Trail {
  const view = currentView(trail);
  if (view.type === 'pulse') return trail;
  if ((view.type === 'page' || view.type === 'settings') && trail.at > 0)
    return { ...trail, at: trail.at - 1 };
  const isParent = (one: View) =>
    view.type === 'detail' ? one.type === 'list' && one.kind === view.kind : one.type === 'pulse';
  for (let at = trail.at - 1; at >= 0; at -= 1) {
    const one = trail.views[at];
    if (one && isParent(one)) return { ...trail, at };
  }
  return push(trail, view.type === 'detail' ? listView(view.kind) : HOME);
}

export function listView(
  kind: Kind,
  options: { filter?: string; sort?: string; isWide?: boolean; cursor?: string } = {},
): ListView {
  return {
    type: 'list',
    kind,
    filter: options.filter ?? '',
    sort: parseSort(options.sort ?? kind.sort),
    cursor: options.cursor ?? null,
    marks: new Set(),
    rangeFrom: null,
    isWide: options.isWide ?? false,
    focus: 'list',
    previewTab: 0,
    previewScroll: 0,
    highlight: '',
    context: 0,
    isWrapped: false,
  };
}

export function detailView(kind: Kind, row: unknown): DetailView {
  return { type: 'detail', kind, id: kind.id(row), label: kind.label(row), tab: 0, scroll: 0 };
}

/** Where a view is, as `:` understands it again: `users/ada@example.com`, `apis state=refused`. */
export function locatorOf(view: View): string {
  if (view.type === 'list') return view.filter === '' ? view.kind.name : `${view.kind.name} ${view.filter}`;
  if (view.type === 'detail') return `${view.kind.name}/${view.label}`;
  if (view.type === 'settings') return 'settings';
  return view.type === 'page' ? view.name : 'home';
}
