import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Answer, type Packet } from 'dns-packet';

type Fault = 'SERVFAIL' | 'silence';

const ALIASES_MAX = 16;

/** DNS server on a free UDP port whose records a test sets. Names without records do not exist (NXDOMAIN). */
export class DnsServer {
  readonly #socket: Socket;
  readonly #texts = new Map<string, readonly string[]>();
  readonly #aliases = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  #fault: Fault | null = null;
  queries = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message, { port, address }) => {
      this.queries += 1;
      if (this.#fault === 'silence') return;
      socket.send(encode(this.#reply(decode(message))), port, address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  /** `IP:PORT`. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  setTexts(name: string, ...texts: string[]): void {
    this.#texts.set(name, texts);
  }

  setAlias(name: string, target: string): void {
    this.#aliases.set(name, target);
  }

  setAddress(name: string, address: string): void {
    this.#addresses.set(name, address);
  }

  /** Makes every query fail in one way; null: no longer. */
  fail(fault: Fault | null): void {
    this.#fault = fault;
  }

  close(): void {
    this.#socket.close();
  }

  #reply({ id, questions = [] }: Packet): Packet {
    const answers = questions.flatMap(({ name, type }) => this.#answers(name.toLowerCase(), type));
    const rcode = this.#fault === 'SERVFAIL' ? 2 : answers.length === 0 ? 3 : 0;
    // RFC 1035 §4.1.1: the response code is the low four bits of the flags; 0x0400 is an authoritative answer.
    const flags = 0x0400 | rcode;
    return { id: id ?? 0, type: 'response', flags, questions, answers: rcode === 0 ? answers : [] };
  }

  /** Follows aliases as far as resolvers do; a loop of them ends in an alias. */
  #answers(name: string, type: string, aliasesLeft = ALIASES_MAX): Answer[] {
    const alias = this.#aliases.get(name);
    if (alias !== undefined) {
      const own: Answer = { type: 'CNAME', name, ttl: 1, data: alias };
      const isLast = type === 'CNAME' || aliasesLeft === 0;
      return isLast ? [own] : [own, ...this.#answers(alias, type, aliasesLeft - 1)];
    }
    if (type === 'TXT') {
      return (this.#texts.get(name) ?? []).map((text) => ({ type: 'TXT', name, ttl: 1, data: text }));
    }
    const address = this.#addresses.get(name);
    return type === 'A' && address !== undefined ? [{ type: 'A', name, ttl: 1, data: address }] : [];
  }
}
