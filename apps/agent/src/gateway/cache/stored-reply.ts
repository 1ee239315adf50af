import { CONTENT, traitsOf } from '../http/fields.ts';
import { deleteHeader, getHeader, type HeaderList } from '../http/header-list.ts';
import type { Reply } from '../http/reply.ts';
import { ageOf } from './freshness.ts';
import type { StoredResponse } from './response-store.ts';

/** What a client asks of a kept response; undefined where the field is absent. */
export interface Wish {
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** Returns a kept response as the reply to a request: whole, a part of it (RFC 9110 §14), or 304 where the client has it. */
export function replyOf(stored: StoredResponse, wish: Wish, now: number): Reply {
  const headers = [...stored.headers, 'Age', String(Math.floor(ageOf(stored.freshness, now)))];
  if (stored.status !== 200) return { status: stored.status, headers, body: stored.body };
  if (isUnchanged(stored.headers, wish)) return { status: 304, headers: withoutContent(headers), body: '' };
  const range = wish.range !== undefined && rangeApplies(stored.headers, wish) ? wish.range : null;
  return range === null ? { status: 200, headers, body: stored.body } : partOf(stored.body, headers, range);
}

/** RFC 9111 §4.3.2. */
function isUnchanged(headers: HeaderList, { ifNoneMatch, ifModifiedSince }: Wish): boolean {
  if (ifNoneMatch !== undefined) {
    const tag = getHeader(headers, 'etag');
    if (ifNoneMatch.trim() === '*') return true;
    // RFC 9110 §13.1.2: compared weakly.
    return (
      tag !== undefined &&
      (ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).some((one) => weak(one) === weak(tag))
    );
  }
  if (ifModifiedSince === undefined) return false;
  const modified = Date.parse(getHeader(headers, 'last-modified') ?? '');
  return modified <= Date.parse(ifModifiedSince);
}

function weak(tag: string): string {
  return tag.replace(/^W\//, '');
}

/** RFC 9110 §13.1.5: a part is of use only to a client that has the other parts of the same representation. */
function rangeApplies(headers: HeaderList, { ifRange }: Wish): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === getHeader(headers, 'etag');
  return !ifRange.startsWith('W/') && ifRange === getHeader(headers, 'last-modified');
}

/** One range is served; several, or another unit, may be ignored (RFC 9110 §14.2). */
function partOf(body: Buffer, headers: HeaderList, range: string): Reply {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(range.trim());
  const [, from = '', to = ''] = match ?? [];
  if (match === null || (from === '' && to === '')) return { status: 200, headers, body };
  const first = from === '' ? Math.max(0, body.length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? body.length - 1 : Math.min(Number(to), body.length - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return { status: 200, headers, body };
  if (first >= body.length || last < first)
    return {
      status: 416,
      headers: [...withoutContent(headers), 'Content-Range', `bytes */${body.length}`],
      body: '',
    };
  return {
    status: 206,
    headers: [...headers, 'Content-Range', `bytes ${first}-${last}/${body.length}`],
    body: body.subarray(first, last + 1),
  };
}

function withoutContent(headers: HeaderList): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'content-location' || (traitsOf(lower) & CONTENT) === 0)
      kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

/** Returns the fields of a kept response with those of a 304 (RFC 9111 §3.2), but for those about the content. */
export function refreshedHeaders(stored: HeaderList, fresh: HeaderList): HeaderList {
  const headers = [...stored];
  const updates = withoutContent(fresh);
  for (let i = 0; i < updates.length; i += 2) deleteHeader(headers, updates[i] ?? '');
  headers.push(...updates);
  return headers;
}
