/** Why a session ended: a SessionError's code, or `closed` when an owner asked for it. */
export interface SessionCloseReason {
  readonly code: string;
  readonly message: string;
}

export interface SessionStats {
  readonly openedAt: number;
  readonly closed: SessionCloseReason | undefined;
  readonly streams: number;
  readonly streamsOpened: number;
  readonly streamsAccepted: number;
  readonly streamsRefused: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly rttMs: number | undefined;
  readonly resets: number;
  readonly windowStalls: number;
  readonly strayFrames: number;
  readonly unreadBytes: number;
}
