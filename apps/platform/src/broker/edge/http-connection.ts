import type { Socket } from 'node:net';
import { closeGently } from '@portolan/process/close-gently';
import { resetSocket } from '@portolan/process/reset-socket';
import { edgeAnswer } from './answers.ts';
import { challengeAnswer } from './challenge-answer.ts';
import type { EdgeClient, EdgeRouter } from './edge-target.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { Exchange } from './exchange.ts';
import { BodyError } from './message-body.ts';
import {
  findHeadEnd,
  HeadError,
  parseRequestHead,
  REQUEST_HEAD_BYTES_MAX,
  type RequestHead,
} from './message-head.ts';
import { SocketStream } from './socket-stream.ts';
import { splice } from './splice.ts';
import { UpstreamLink } from './upstream-link.ts';

const NOTHING = Buffer.alloc(0);
const LF = 10;
const CR = 13;

/** Requests of one pipelining client that may wait, in bytes. */
const INPUT_BYTES_MAX = 2 * REQUEST_HEAD_BYTES_MAX;

export interface EdgeEvents {
  request(): void;
  refused(status: number): void;
  retried(): void;
  /** Bytes that came from the client and that went to it. */
  bytes(received: number, sent: number): void;
  /** A connection was ended by a fault of this program. */
  failed(error: unknown): void;
}

/**
 * One public plain-HTTP connection. Each request goes to the agent its own Host names, the next one only after
 * the answer to the last; bytes are forwarded as they are, heads are only read.
 */
export class HttpConnection {
  deadlineAt: number;
  readonly #socket: Socket;
  readonly #router: EdgeRouter;
  readonly #limits: EdgeLimits;
  readonly #events: EdgeEvents;
  readonly #claim: (clusterId: string) => boolean;
  readonly #address: string;
  readonly #httpsPort: string;
  readonly #link: UpstreamLink;
  #input: Buffer = NOTHING;
  #exchange: Exchange | null = null;
  #method = '';
  #isEnding = false;
  #hasEnded = false;
  /** Of the client's socket, until the connection is no longer HTTP. */
  readonly #listeners = {
    data: (chunk: Buffer) => {
      try {
        this.#onData(chunk);
      } catch (error) {
        this.#fail(error);
      }
    },
    end: () => this.#onEnd(),
    drain: () => this.#onDrain(),
    close: () => this.#link.drop(),
  };

  constructor(
    socket: Socket,
    options: {
      router: EdgeRouter;
      limits: EdgeLimits;
      events: EdgeEvents;
      httpsPort?: string;
      /** Counts the connection for a cluster; false where that has its share. */
      claim: (clusterId: string) => boolean;
    },
  ) {
    this.#socket = socket;
    this.#httpsPort = options.httpsPort ? `:${options.httpsPort}` : '';
    this.#router = options.router;
    this.#limits = options.limits;
    this.#events = options.events;
    this.#claim = options.claim;
    this.#address = socket.remoteAddress ?? '';
    this.deadlineAt = performance.now() + options.limits.headMs;
    this.#link = new UpstreamLink(options.router, {
      data: (chunk) => {
        try {
          return this.#onAnswer(chunk);
        } catch (error) {
          this.#fail(error);
          return true;
        }
      },
      end: () => this.#onUpstreamEnd(),
      drain: () => this.#updateFlow(),
    });
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener);
    socket.on('error', () => undefined);
  }

  /** Returns whether it waits for the first byte of a request. */
  get isIdle(): boolean {
    return !this.#exchange && this.#input.length === 0 && !this.#isEnding;
  }

  /** Idle connections close now, others after the response that is under way. */
  drain(): void {
    if (this.isIdle) this.#finish();
  }

  /** Ends at once; what is under way is seen to be cut off. */
  close(): void {
    if (this.#exchange) resetSocket(this.#socket);
    else this.#socket.destroy();
  }

  onDeadline(): void {
    if (!this.#exchange) {
      if (this.#input.length > 0 && !this.#isEnding) return this.#refuse(408, 'The request took too long.');
      this.#socket.destroy();
    } else if (!this.#exchange.isRequestDone && !this.#exchange.isAnswered) {
      this.#refuse(408, 'The body of the request stopped coming.');
    } else {
      resetSocket(this.#socket);
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#isEnding) return;
    let rest = chunk;
    if (this.#exchange) {
      rest = this.#takeBody(this.#exchange, chunk);
      this.#keepTime();
    }
    if (rest.length > 0) this.#input = this.#input.length > 0 ? Buffer.concat([this.#input, rest]) : rest;
    if (!this.#exchange) this.#nextRequest();
    this.#updateFlow();
  }

  #takeBody(exchange: Exchange, chunk: Buffer): Buffer {
    if (exchange.isRequestDone) return chunk;
    try {
      const length = exchange.measure(chunk, 0);
      const part = length === chunk.length ? chunk : chunk.subarray(0, length);
      if (part.length > 0) this.#forward(exchange, part);
      return chunk.subarray(length);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      this.#refuse(400, 'The body of the request is malformed.');
      return NOTHING;
    }
  }

  #forward(exchange: Exchange, bytes: Buffer): void {
    exchange.retain(bytes, this.#link.isOpen);
    this.#events.bytes(bytes.length, 0);
    if (this.#link.isOpen) this.#link.write(bytes);
  }

  #nextRequest(): void {
    if (this.#input.length === 0 || this.#isEnding) return;
    const start = skipEmptyLines(this.#input);
    try {
      const end = findHeadEnd(this.#input, start, REQUEST_HEAD_BYTES_MAX);
      if (end === -1) {
        if (start > 0) this.#input = this.#input.subarray(start);
        return;
      }
      this.#begin(parseRequestHead(this.#input.toString('latin1', start, end)), start, end);
    } catch (error) {
      if (!(error instanceof HeadError) && !(error instanceof BodyError)) throw error;
      const status = error instanceof HeadError ? error.status : 400;
      this.#refuse(status, `The request was refused: ${error.message}.`);
    }
  }

  #begin(head: RequestHead, start: number, headEnd: number): void {
    this.#method = head.method;
    this.#events.request();
    const answer = challengeAnswer(head, this.#router);
    if (answer !== null) return this.#respond(answer);
    const target = this.#router.findTarget(head.host);
    if (!target && !this.#router.isReady()) return this.#refuse(503, 'Not ready yet.', ['Retry-After: 1']);
    if (!target) return this.#refuse(404, 'There is nothing here.');
    if (target.isHttpsOnly) {
      const path = head.target.startsWith('/') ? head.target : '/';
      const location = `Location: https://${head.host}${this.#httpsPort}${path}`;
      return this.#refuse(308, 'This host is served over https.', [location]);
    }
    if (!this.#claim(target.clusterId)) {
      return this.#refuse(503, 'Too many connections to this service.', ['Retry-After: 1']);
    }
    const exchange = new Exchange(
      head,
      target.clusterId,
      () => !head.isKeepAlive || this.#router.isDraining(),
    );
    this.#exchange = exchange;
    const end = headEnd + exchange.measure(this.#input, headEnd);
    const request = this.#input.subarray(start, end);
    this.#input = end === this.#input.length ? NOTHING : this.#input.subarray(end);
    this.#keepTime();
    if (!this.#link.isUsableFor(target.clusterId)) {
      exchange.retain(request, false);
      this.#events.bytes(request.length, 0);
      this.#connect(exchange).catch((error: unknown) => this.#fail(error));
    } else this.#forward(exchange, request);
  }

  /** Opens a path to the agent and sends what there is of the request; without one the client hears at once. */
  async #connect(exchange: Exchange): Promise<void> {
    const client: EdgeClient = {
      protocol: 'http',
      address: this.#address,
      port: this.#socket.remotePort ?? 0,
      host: exchange.head.host,
    };
    const pathId = await this.#link.open(exchange.clusterId, client, exchange.tried);
    if (this.#exchange !== exchange || this.#socket.destroyed) return this.#link.drop();
    if (pathId === null) {
      return this.#refuse(502, 'The service behind this address is not connected at the moment.');
    }
    exchange.tried.add(pathId);
    for (const bytes of exchange.takeRetained()) this.#link.write(bytes);
    this.#updateFlow();
  }

  /** Returns whether the chunk is still needed: the socket has not taken all of it. */
  #onAnswer(chunk: Buffer): boolean {
    if (this.#exchange) this.#answer(this.#exchange, chunk);
    else this.#link.drop(); // an answer nobody asked for
    return this.#socket.writableLength > 0;
  }

  #answer(exchange: Exchange, chunk: Buffer): void {
    try {
      const part = exchange.response.read(chunk);
      if (part.forward.length > 0) {
        exchange.markAnswered();
        this.#events.bytes(0, part.forward.length);
        this.#keepTime();
        if (!this.#socket.write(part.forward)) this.#link.pause();
      }
      if (part.state === 'upgraded') this.#upgrade(exchange);
      if (part.state === 'done') this.#answered(exchange);
    } catch (error) {
      if (!(error instanceof HeadError) && !(error instanceof BodyError)) throw error;
      this.#link.drop();
      if (exchange.isAnswered) resetSocket(this.#socket);
      else this.#refuse(502, `The service behind this address gave no valid response: ${error.message}.`);
    }
  }

  #answered(exchange: Exchange): void {
    if (exchange.response.closesClient || !exchange.isRequestDone) return this.#finish();
    this.#exchange = null;
    if (!exchange.response.keepsUpstream) this.#link.drop();
    this.#keepTime();
    this.#nextRequest();
    // Half-closed by a client that pipelined: what is whole is answered, nothing else can come.
    if (this.#hasEnded && !this.#exchange && !this.#isEnding) return this.#finish();
    this.#updateFlow();
  }

  /** The agent's side ended or broke. */
  #onUpstreamEnd(): void {
    const exchange = this.#exchange;
    if (!exchange || this.#isEnding) return;
    if (exchange.response.endsWithConnection && this.#link.hasEndedCleanly) return this.#finish();
    if (exchange.canRetry()) {
      this.#events.retried();
      exchange.restart();
      this.#connect(exchange).catch((error: unknown) => this.#fail(error));
    } else if (exchange.isAnswered) {
      resetSocket(this.#socket);
    } else {
      this.#refuse(502, 'The service behind this address broke the connection off.');
    }
  }

  /** 101: from here on the connection is no longer HTTP. */
  #upgrade(exchange: Exchange): void {
    const stream = this.#link.detach();
    if (!stream || !exchange.head.isUpgrade) return void this.#socket.destroy();
    for (const [event, listener] of Object.entries(this.#listeners)) this.#socket.off(event, listener);
    this.deadlineAt = Number.POSITIVE_INFINITY;
    if (this.#input.length > 0) stream.write(this.#input);
    this.#input = NOTHING;
    this.#isEnding = true;
    splice(new SocketStream(this.#socket), stream, (received, sent) => this.#events.bytes(received, sent));
  }

  #refuse(status: number, text: string, headers: readonly string[] = []): void {
    if (this.#isEnding) return;
    this.#events.refused(status);
    this.#respond(edgeAnswer(status, text, headers));
  }

  /** Sends a response made here, after which the connection closes. */
  #respond(answer: Buffer): void {
    if (!this.#exchange?.isAnswered)
      this.#socket.write(this.#method === 'HEAD' ? withoutBody(answer) : answer);
    this.#finish();
  }

  #finish(): void {
    this.#isEnding = true;
    this.#exchange = null;
    this.#input = NOTHING;
    this.#link.drop();
    this.deadlineAt = Number.POSITIVE_INFINITY;
    closeGently(this.#socket);
    if (this.#hasEnded) this.#socket.destroySoon();
  }

  /** A fault of this program ends the one connection it happened on. */
  #fail(error: unknown): void {
    this.#events.failed(error);
    this.#link.drop();
    resetSocket(this.#socket);
  }

  #onEnd(): void {
    this.#hasEnded = true;
    // A client that has ended its half gets its response, while bytes of it come: it may have left.
    if (this.#exchange?.isRequestDone) return this.#keepTime();
    if (this.#exchange || this.#isEnding) this.#socket.destroySoon();
    else this.#finish();
  }

  #onDrain(): void {
    this.#link.resume();
    this.#keepTime();
  }

  #updateFlow(): void {
    const exchange = this.#exchange;
    const isFull = this.#input.length > INPUT_BYTES_MAX || (exchange !== null && this.#mustWait(exchange));
    if (isFull && !this.#isEnding) this.#socket.pause();
    else this.#socket.resume();
  }

  #mustWait(exchange: Exchange): boolean {
    return this.#link.isOpen ? this.#link.needsDrain : exchange.retainedBytes > INPUT_BYTES_MAX;
  }

  /** Sets the deadline of what is being waited for; waiting for the agent's response has none here. */
  #keepTime(): void {
    const now = performance.now();
    const { headMs, idleMs, stallMs } = this.#limits;
    if (!this.#exchange) this.deadlineAt = now + (this.#input.length > 0 ? headMs : idleMs);
    else if (!this.#exchange.isRequestDone || this.#hasEnded || this.#socket.writableNeedDrain)
      this.deadlineAt = now + stallMs;
    else this.deadlineAt = Number.POSITIVE_INFINITY;
  }
}

/** RFC 9112 §2.2: empty lines before a request line are ignored. */
function skipEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

function withoutBody(answer: Buffer): Buffer {
  return answer.subarray(0, answer.indexOf('\r\n\r\n') + 4);
}
