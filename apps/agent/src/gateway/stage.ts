import type { Transform } from 'node:stream';
import type { Exchange } from './exchange/exchange.ts';
import type { HeaderList } from './http/header-list.ts';
import type { Reply } from './http/reply.ts';

/** The head of an answer on its way to the client; stages edit it in place. */
export interface ResponseHead {
  status: number;
  readonly headers: HeaderList;
  /** Whether a body follows. */
  readonly hasBody: boolean;
  /** Set by a stage to change the body as it streams by. */
  transform: Transform | null;
  /** Set by a stage that answers in place of this response, whose body is then discarded. */
  replacement: Promise<Reply> | null;
}

/** One step of a route's request handling, made once for a route and used by all its requests. */
export interface Stage {
  /** Lets the request pass with `undefined`, or answers it. */
  onRequest?(exchange: Exchange): Reply | undefined | Promise<Reply | undefined>;
  /** Sees the head of every answer that passes, whoever gave it; runs from the innermost entered stage outwards. */
  onResponse?(exchange: Exchange, head: ResponseHead): void;
  /** Once for each request that entered the stage, after its last byte. */
  onDone?(exchange: Exchange, status: number): void;
}
