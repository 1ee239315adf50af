import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net';

const HEADER_BYTES = 12;
const CNAME = 5;
const REPLY_MS = 5_000;

/** Where queries go: those for names in the zone, and all others. */
export interface Upstreams {
  readonly zone: string;
  /** Port of the name server of the zone; null while it is not known. */
  zonePort: number | null;
  readonly otherPort: number;
}

/**
 * Resolves as a recursive resolver does for clients: follows a CNAME record into the zone that a name server of Portolan answers
 * for, which the DNS server of pebble cannot.
 */
export class RecursiveResolver {
  readonly #socket: Socket;
  readonly #tcp: Server;
  readonly #upstreams: Upstreams;

  private constructor(socket: Socket, tcp: Server, upstreams: Upstreams) {
    this.#socket = socket;
    this.#tcp = tcp;
    tcp.on('connection', (client: TcpSocket) => void this.#serve(client).catch(() => client.destroy()));
    this.#upstreams = upstreams;
    socket.on('message', (query, { port, address }) => {
      this.#resolve(query).then(
        (reply) => socket.send(reply, port, address),
        // A client that gets no response asks again.
        () => undefined,
      );
    });
  }

  static async start(upstreams: Upstreams): Promise<RecursiveResolver> {
    const tcp = createServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const socket = createSocket('udp4').bind((tcp.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'listening');
    return new RecursiveResolver(socket, tcp, upstreams);
  }

  /** `IP:PORT`. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop(): void {
    this.#socket.close();
    this.#tcp.close();
  }

  /** Pebble asks over TCP. */
  async #serve(client: TcpSocket): Promise<void> {
    let received = Buffer.alloc(0);
    for await (const chunk of client) {
      received = Buffer.concat([received, chunk as Buffer]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const reply = await this.#resolve(received.subarray(2, end));
        client.write(Buffer.concat([Buffer.of(reply.length >> 8, reply.length & 0xff), reply]));
        received = received.subarray(end);
      }
    }
  }

  async #resolve(query: Buffer): Promise<Buffer> {
    const { zone, zonePort, otherPort } = this.#upstreams;
    const question = readName(query, HEADER_BYTES);
    const type = query.readUInt16BE(question.end);
    const isInZone = (name: string) => name === zone || name.endsWith(`.${zone}`);
    if (isInZone(question.name)) return exchange(query, zonePort);
    const reply = await exchange(query, otherPort);
    const alias = type === CNAME ? null : aliasOf(reply);
    if (alias === null || !isInZone(alias.name)) return reply;
    const inner = await exchange(queryFor(query, alias.name, type), zonePort);
    return joined(reply, inner, alias);
  }
}

async function exchange(query: Buffer, port: number | null): Promise<Buffer> {
  if (port === null) throw new Error('no name server yet');
  const socket = createSocket('udp4');
  try {
    socket.send(query, port, '127.0.0.1');
    const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(REPLY_MS) })) as [Buffer];
    return reply;
  } finally {
    socket.close();
  }
}

/** Reads a name; a pointer (RFC 1035 §4.1.4) ends it. */
function readName(bytes: Buffer, offset: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  for (let at = offset; ;) {
    const length = bytes.readUInt8(at);
    if (length === 0) return { name: labels.join('.').toLowerCase(), end: at + 1 };
    if (length >= 0xc0) {
      const rest = readName(bytes, bytes.readUInt16BE(at) & 0x3fff).name;
      return { name: [...labels, rest].join('.').toLowerCase(), end: at + 2 };
    }
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}

interface Alias {
  readonly name: string;
  /** Offset of the target, and of what follows the record. */
  readonly target: number;
  readonly end: number;
}

function aliasOf(reply: Buffer): Alias | null {
  if (reply.readUInt16BE(6) === 0) return null;
  const owner = readName(reply, readName(reply, HEADER_BYTES).end + 4);
  if (reply.readUInt16BE(owner.end) !== CNAME) return null;
  const target = owner.end + 10;
  const { name } = readName(reply, target);
  return { name, target, end: target + reply.readUInt16BE(owner.end + 8) };
}

function queryFor(query: Buffer, name: string, type: number): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  const header = Buffer.from(query.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, ...labels, Buffer.of(0, type >> 8, type & 0xff, 0, 1)]);
}

/** Puts the answers for the target behind the alias; their owner, a pointer to the question, becomes one to the target. */
function joined(reply: Buffer, inner: Buffer, alias: Alias): Buffer {
  const count = inner.readUInt16BE(6);
  const records: Buffer[] = [];
  let at = readName(inner, HEADER_BYTES).end + 4;
  for (let record = 0; record < count; record += 1) {
    const end = at + 12 + inner.readUInt16BE(at + 10);
    const bytes = Buffer.from(inner.subarray(at, end));
    bytes.writeUInt16BE(0xc000 | alias.target, 0);
    records.push(bytes);
    at = end;
  }
  const head = Buffer.from(reply.subarray(0, alias.end));
  [1 + count, 0, 0].forEach((value, index) => head.writeUInt16BE(value, 6 + index * 2));
  return Buffer.concat([head, ...records]);
}
