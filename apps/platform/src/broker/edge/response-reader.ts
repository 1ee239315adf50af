import { MessageBody } from './message-body.ts';
import { findHeadEnd, parseResponseHead, RESPONSE_HEAD_BYTES_MAX } from './message-head.ts';

export interface ResponsePart {
  /** What goes on to the client. */
  readonly forward: Buffer;
  readonly state: 'more' | 'done' | 'upgraded';
}

const NOTHING = Buffer.alloc(0);

/** Follows the answer to one request: where its heads and its body end, and whether the connection outlives it. */
export class ResponseReader {
  readonly #method: string;
  readonly #mustClose: () => boolean;
  #partialHead: Buffer = NOTHING;
  #body: MessageBody | null = null;
  #isUpgraded = false;
  #keepsUpstream = false;
  #closesClient = false;

  constructor(method: string, mustClose: () => boolean) {
    this.#method = method;
    this.#mustClose = mustClose;
  }

  /** The agent's side may carry another request afterwards. */
  get keepsUpstream(): boolean {
    return this.#keepsUpstream;
  }

  /** The client was told (or can only see from the end of the body) that the connection closes. */
  get closesClient(): boolean {
    return this.#closesClient;
  }

  /** The body is over when the connection is: true once such a body has begun. */
  get endsWithConnection(): boolean {
    return this.#body?.isUntilClose ?? false;
  }

  /** Takes the next bytes of the agent. Throws `HeadError` or `BodyError` where they are not HTTP/1.1. */
  read(chunk: Buffer): ResponsePart {
    if (this.#body) return this.#readBody(this.#body, chunk, 0, []);
    const bytes = this.#partialHead.length > 0 ? Buffer.concat([this.#partialHead, chunk]) : chunk;
    this.#partialHead = NOTHING;
    return this.#readHeads(bytes);
  }

  #readHeads(bytes: Buffer): ResponsePart {
    let at = 0;
    for (;;) {
      const end = findHeadEnd(bytes, at, RESPONSE_HEAD_BYTES_MAX);
      if (end === -1) {
        // A copy: the chunk's memory is its owner's again after this call.
        this.#partialHead = Buffer.from(bytes.subarray(at));
        return { forward: bytes.subarray(0, at), state: 'more' };
      }
      const text = bytes.toString('latin1', at, end);
      const head = parseResponseHead(text, this.#method);
      if (head.status === 101) {
        this.#isUpgraded = true;
        return { forward: bytes, state: 'upgraded' };
      }
      if (!head.isInterim) {
        this.#body = new MessageBody(head.body);
        this.#keepsUpstream = head.isKeepAlive;
        this.#closesClient = !head.isKeepAlive || this.#mustClose();
        const isRewritten = head.isKeepAlive && this.#closesClient;
        if (!isRewritten) return this.#readBody(this.#body, bytes, end, []);
        const before = [bytes.subarray(0, at), closing(text)];
        return this.#readBody(this.#body, bytes.subarray(end), 0, before);
      }
      at = end;
    }
  }

  #readBody(body: MessageBody, bytes: Buffer, at: number, before: readonly Buffer[]): ResponsePart {
    const end = at + body.consume(bytes, at);
    // Bytes after the answer belong to no request: nobody may get them.
    if (end < bytes.length) this.#keepsUpstream = false;
    const part = bytes.subarray(0, end);
    return {
      forward: before.length > 0 ? Buffer.concat([...before, part]) : part,
      state: body.isDone ? 'done' : 'more',
    };
  }

  get isUpgraded(): boolean {
    return this.#isUpgraded;
  }
}

/** Returns the same head, announcing that the connection closes after this answer (RFC 9112 §9.6). */
function closing(head: string): Buffer {
  const lines = head
    .slice(0, -4)
    .split('\r\n')
    .filter((line) => !/^(connection|keep-alive):/i.test(line));
  return Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`, 'latin1');
}
