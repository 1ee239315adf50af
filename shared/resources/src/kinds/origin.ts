/**
 * Where an object comes from, and with it how far its author is trusted: authors of files and of the cluster's own
 * objects control the machine or the cluster anyway, editors of the platform do not.
 */
export type Origin = FileOrigin | { readonly kind: 'cluster' } | { readonly kind: 'platform' };

/** A manifest, and the line (from 1) at which the object begins. */
export interface FileOrigin {
  readonly kind: 'file';
  readonly file: string;
  readonly line: number;
}

/** Returns the fields of a problem that locate an object: file and line of one that was read from a file, else none. */
export function locationOf(origin: Origin): { readonly file?: string; readonly line?: number } {
  return origin.kind === 'file' ? { file: origin.file, line: origin.line } : {};
}
