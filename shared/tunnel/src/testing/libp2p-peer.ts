import { yamux } from '@chainsafe/libp2p-yamux';
import { HEADROOM_BYTES } from '../yamux/slab-pool.ts';
import type { Transport } from '../yamux/transport.ts';

export type Libp2pMuxer = ReturnType<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>;
type MultiaddrConnection = Parameters<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>[0];
type Bytes = { subarray(): Uint8Array };

const log = Object.assign(() => undefined, {
  enabled: false,
  error: () => undefined,
  trace: () => undefined,
  newScope: () => log,
});

/** The few parts of a libp2p connection that its yamux uses, over one of our transports. */
class TransportConnection extends EventTarget {
  readonly log = log;
  readonly direction: 'inbound' | 'outbound';
  readonly #transport: Transport;

  constructor(transport: Transport, role: 'client' | 'server') {
    super();
    this.direction = role === 'client' ? 'outbound' : 'inbound';
    this.#transport = transport;
    transport.start({
      transportData: (data) => {
        this.dispatchEvent(Object.assign(new Event('message'), { data }));
        return true;
      },
      transportDrain: () => this.dispatchEvent(new Event('drain')),
      transportClose: () => this.dispatchEvent(new Event('close')),
    });
  }

  send(data: Bytes): boolean {
    const slab = Buffer.concat([Buffer.alloc(HEADROOM_BYTES), data.subarray()]);
    this.#transport.send({ slab, start: HEADROOM_BYTES, end: slab.length }, () => undefined);
    return !this.#transport.isCongested;
  }

  abort(): void {
    this.#transport.destroy();
  }
}

/** @chainsafe/libp2p-yamux as the peer at one end of a transport. */
export function libp2pPeer(transport: Transport, role: 'client' | 'server'): Libp2pMuxer {
  const connection = new TransportConnection(transport, role) as unknown as MultiaddrConnection;
  return yamux({ enableKeepAlive: false })().createStreamMuxer(connection);
}
