/** The peer broke the protocol: the session ends with go-away 1. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export type SessionErrorCode =
  | 'closed'
  | 'destroyed'
  | 'draining'
  | 'go-away'
  | 'ids-exhausted'
  | 'internal'
  | 'open-timeout'
  | 'peer-not-reading'
  | 'protocol'
  | 'silent'
  | 'transport'
  | 'write-timeout';

/** Why a session ended or refuses to open a stream. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly code: SessionErrorCode;

  constructor(code: SessionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** One stream ended abruptly; `code` is what `node:http` and proxies already know from TCP. */
export class StreamResetError extends Error {
  override readonly name = 'StreamResetError';
  readonly code = 'ECONNRESET';
}
