import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How a network path behaves. */
export interface PathTrouble {
  /** Bytes vanish, and nobody is told. */
  readonly isHole: boolean;
  /** One way. */
  readonly delayMs: number;
  /** Probability that a segment is lost. Above TCP that is a stall: it and all behind it come a retransmission later. */
  readonly loss: number;
}

const NONE: PathTrouble = { isHole: false, delayMs: 0, loss: 0 };
const SEGMENT_BYTES = 1448;
const RETRANSMISSION_MS_MIN = 200;

/** A network path to a server, in user land, whose behaviour can be changed while connections use it. */
export class Path {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target = 0;
  #trouble = NONE;

  constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  leadTo(port: number): void {
    this.#target = port;
  }

  set(trouble: Partial<PathTrouble>): void {
    this.#trouble = { ...NONE, ...trouble };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      this.#carry(from, to);
      from.on('error', () => undefined);
      const end = () => {
        // In a hole the other end hears nothing of it.
        if (!this.#trouble.isHole) to.destroySoon();
        else from.destroy();
      };
      from.on('end', end);
      from.on('close', () => {
        this.#sockets.delete(from);
        end();
      });
    }
  }

  #carry(from: Socket, to: Socket): void {
    let freeAt = 0;
    let isHeld = false;
    const later = (work: () => void, bytes: number) => {
      const { delayMs, loss } = this.#trouble;
      const now = performance.now();
      const isLost = loss > 0 && Math.random() < 1 - (1 - loss) ** Math.ceil(bytes / SEGMENT_BYTES);
      const stall = isLost ? Math.max(RETRANSMISSION_MS_MIN, 2 * delayMs) : 0;
      freeAt = Math.max(freeAt, now + delayMs + stall);
      if (freeAt <= now) work();
      else setTimeout(work, freeAt - now);
    };
    from.on('data', (bytes) => {
      if (this.#trouble.isHole) isHeld = true;
      if (isHeld) return; // a connection that lost bytes never gets whole again
      later(() => {
        if (!to.destroyed && !to.write(bytes)) from.pause();
      }, bytes.length);
    });
    to.on('drain', () => from.resume());
  }
}
