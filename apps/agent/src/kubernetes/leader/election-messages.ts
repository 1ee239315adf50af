import type { ClusterAddress } from '../client/open-connection.ts';

/** What the thread that renews the lease starts with. */
export interface ElectionData {
  readonly cluster: ClusterAddress;
  readonly namespace: string;
  readonly identity: string;
  /** Of a `LeaseDeadline`. */
  readonly memory: SharedArrayBuffer;
}

/** What that thread reports. */
export type ElectionReport =
  | { readonly type: 'held' }
  | { readonly type: 'lost'; readonly why: string }
  | { readonly type: 'holder'; readonly holder: string }
  | { readonly type: 'unreachable'; readonly why: string }
  | { readonly type: 'released' };

/** Asks that thread to give the lease back and to end. */
export const RELEASE = 'release';
