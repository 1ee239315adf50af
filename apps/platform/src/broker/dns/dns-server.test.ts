import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode, encode, streamDecode, streamEncode, type Packet } from 'dns-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DnsServer } from './dns-server.ts';

const ZONE = 'acme.edge.example';
const NAMESERVERS = ['ns1.edge.example', 'ns2.edge.example'];
const many = Array.from({ length: 40 }, (_, at) => ({
  name: `many.${ZONE}`,
  value: `${at}`.padStart(43, 'v'),
  token: `${at}`,
}));
let server: DnsServer;
let port: number;
const failures: unknown[] = [];

beforeAll(async () => {
  server = new DnsServer({ host: '127.0.0.1', port: 0 }, (error) => failures.push(error));
  port = await server.listen();
  server.serve({
    zone: ZONE,
    nameservers: NAMESERVERS,
    texts: [
      { name: `one.${ZONE}`, value: 'first', token: 'a' },
      { name: `one.${ZONE}`, value: 'second', token: 'b' },
      ...many,
    ],
  });
});
afterAll(() => server.close());

function packet(name: string, type: string, more: Partial<Packet> = {}): Packet {
  return { type: 'query', id: 77, flags: 0x0100, questions: [{ name, type: type as 'TXT' }], ...more };
}

/** Sends a datagram; returns the response, or null when a later query gets one first. */
async function send(bytes: Buffer): Promise<Buffer | null> {
  const socket = createSocket('udp4');
  try {
    socket.send(bytes, port, '127.0.0.1');
    const last = encode(packet(ZONE, 'SOA', { id: 99 }));
    socket.send(last, port, '127.0.0.1');
    const [first] = (await once(socket, 'message')) as [Buffer];
    return first.readUInt16BE(0) === 99 ? null : first;
  } finally {
    socket.close();
  }
}

async function ask(query: Packet) {
  const bytes = await send(encode(query));
  if (bytes === null) throw new Error('no response');
  const reply = decode(bytes);
  const texts = (reply.answers ?? []).flatMap((answer) =>
    answer.type === 'TXT' ? [String(answer.data)] : [],
  );
  return { ...reply, rcode: (reply as unknown as { rcode: string }).rcode, texts, bytes };
}

const edns = (udpPayloadSize: number, version = 0): Packet['additionals'] => [
  {
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion: version,
    flags: 0,
    flag_do: false,
    options: [],
  },
];

test('TXT records are answered with authority, several at a name, in whatever case it is asked for', async () => {
  const reply = await ask(packet(`oNe.${ZONE.toUpperCase()}`, 'TXT'));
  expect(reply).toMatchObject({ rcode: 'NOERROR', flag_aa: true, flag_ra: false, flag_rd: true, id: 77 });
  expect(reply.texts.toSorted((a, b) => a.localeCompare(b))).toEqual(['first', 'second']);
  // RFC draft "0x20": resolvers compare the case of the question with the one they sent.
  expect(reply.questions?.[0]?.name).toBe(`oNe.${ZONE.toUpperCase()}`);
});

test('the apex has SOA and NS; what does not exist is denied with the SOA (RFC 2308)', async () => {
  expect((await ask(packet(ZONE, 'SOA'))).answers).toMatchObject([
    { type: 'SOA', data: { mname: NAMESERVERS[0], rname: `hostmaster.${ZONE}`, minimum: 1 } },
  ]);
  expect((await ask(packet(ZONE, 'NS'))).answers?.map((answer) => 'data' in answer && answer.data)).toEqual(
    NAMESERVERS,
  );
  const missing = await ask(packet(`none.${ZONE}`, 'TXT'));
  expect(missing).toMatchObject({ rcode: 'NXDOMAIN', flag_aa: true, answers: [] });
  expect(missing.authorities).toMatchObject([{ type: 'SOA', name: ZONE, ttl: 1 }]);
  const otherType = await ask(packet(`one.${ZONE}`, 'A'));
  expect(otherType).toMatchObject({ rcode: 'NOERROR', flag_aa: true, answers: [] });
  expect(otherType.authorities).toHaveLength(1);
});

test.each([
  ['another zone', packet('edge.example', 'TXT')],
  ['a name that only ends alike', packet(`not${ZONE}`, 'TXT')],
  ['the root', packet('.', 'NS')],
  ['a transfer', packet(ZONE, 'AXFR')],
  ['another class', packet(ZONE, 'TXT', { questions: [{ name: ZONE, type: 'TXT', class: 'CH' }] })],
])('%s is refused, without authority and without records', async (_what, query) => {
  expect(await ask(query)).toMatchObject({ rcode: 'REFUSED', flag_aa: false, answers: [], authorities: [] });
});

test('responses over UDP keep within what the client takes, and are whole over TCP', async () => {
  const plain = await ask(packet(`many.${ZONE}`, 'TXT'));
  expect(plain).toMatchObject({ flag_tc: true, answers: [] });
  expect(plain.bytes.length).toBeLessThanOrEqual(512);
  // RFC 6891: OPT is answered with OPT; more than 1232 octets are not sent, whatever the client says.
  const large = await ask(packet(`many.${ZONE}`, 'TXT', { additionals: edns(65_000) }));
  expect(large).toMatchObject({ flag_tc: true, additionals: [{ type: 'OPT', udpPayloadSize: 1_232 }] });
  const socket = connect(port, '127.0.0.1');
  socket.write(streamEncode(packet(`many.${ZONE}`, 'TXT')));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    const received = Buffer.concat(chunks);
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) break;
  }
  expect(streamDecode(Buffer.concat(chunks)).answers).toHaveLength(40);
});

test('a version of EDNS that is not known is refused with BADVERS (RFC 6891 §6.1.3)', async () => {
  const bytes = await send(encode(packet(ZONE, 'TXT', { additionals: edns(1_232, 1) })));
  const reply = decode(bytes ?? Buffer.alloc(0));
  expect(reply.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1 }]);
});

test('responses and rubbish get no response, malformed queries an error, and the server goes on', async () => {
  expect(await send(encode({ ...packet(ZONE, 'TXT'), type: 'response' }))).toBe(null);
  expect(await send(Buffer.from('rubbish'))).toBe(null);
  const query = encode(packet(`one.${ZONE}`, 'TXT'));
  expect((await send(query.subarray(0, 20)))?.readUInt16BE(2)).toBe(0x8101);
  const twoQuestions = Buffer.from(query);
  twoQuestions.writeUInt16BE(2, 4);
  expect((await send(twoQuestions))?.readUInt16BE(2)).toBe(0x8101);
  // RFC 1035 §4.1.4: a name that points at itself would be read for ever.
  const loop = Buffer.concat([query.subarray(0, 12), Buffer.of(0xc0, 0x0c, 0, 16, 0, 1)]);
  expect((await send(loop))?.readUInt16BE(2)).toBe(0x8101);
  const update = Buffer.from(query);
  update.writeUInt16BE(5 << 11, 2);
  expect(((await send(update))?.readUInt16BE(2) ?? 0) & 0xf).toBe(4);
  for (let round = 0; round < 2_000; round += 1) {
    const random = Buffer.from(query);
    for (let byte = 0; byte < 4; byte += 1)
      random[Math.floor(Math.random() * random.length)] = Math.floor(Math.random() * 256);
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.send(random, port, '127.0.0.1', () => resolve()));
    socket.close();
  }
  expect(failures).toEqual([]);
});

test('a client over TCP that sends a length without end, or never reads, is disconnected', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.of(0xff, 0xff));
  await once(socket, 'close');
  const reader = connect(port, '127.0.0.1');
  reader.on('error', () => undefined);
  const one = streamEncode(packet(`many.${ZONE}`, 'TXT'));
  reader.write(Buffer.concat(Array.from({ length: 200 }, () => one)));
  await once(reader.resume(), 'close');
});
