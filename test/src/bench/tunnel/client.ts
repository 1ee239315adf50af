import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { dialTunnel } from '@portolan/tunnel/websocket/dial';
import type { Session } from '@portolan/tunnel/session/session';
import { libp2pPeer } from '@portolan/tunnel/testing/libp2p-peer';
import { websocketTransport } from '@portolan/tunnel/testing/ws-transport';
import { WebSocket } from 'ws';
import { measure, openStuck, type Exercise, type OpenLane } from './exercises.ts';
import { duplexLane, leanLane, libp2pLane, wsLane } from './lanes.ts';

/** What the harness asks this process, the agent's side, to do. */
export type ClientTask =
  | { readonly do: 'measure'; lane: string; what: Exercise; streams: number; ms: number; stuck?: boolean }
  | { readonly do: 'idle'; lane: string; count: number; url: string }
  | { readonly do: 'dial'; url: string; ms: number };

interface Ports {
  readonly plain: number;
  readonly secure: number;
  readonly bare: number;
}

const ports = JSON.parse(process.argv[2] ?? '{}') as Ports;
const ca = readFileSync(process.argv[3] ?? '');

async function openWs(url: string): Promise<WebSocket> {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  await once(ws, 'open');
  return ws;
}

function dial(url: string): Promise<Session> {
  return dialTunnel({ url, token: 't', proxy: false, ca });
}

async function tunnelLane(url: string): Promise<OpenLane> {
  const session = await dial(url);
  return async () => duplexLane(await session.open());
}

/** Every lane dials once and lives on, so that all are equally warm. */
const dialLane: Record<string, () => Promise<OpenLane>> = {
  ws: async () => async () => wsLane(await openWs(`ws://127.0.0.1:${ports.plain}/ws`)),
  tunnel: () => tunnelLane(`ws://127.0.0.1:${ports.plain}/tunnel`),
  'tunnel-lean': async () => {
    const session = await dial(`ws://127.0.0.1:${ports.plain}/tunnel-lean`);
    return async () => leanLane(await session.openRaw());
  },
  'tunnel-tls': () => tunnelLane(`wss://127.0.0.1:${ports.secure}/tunnel`),
  tls: async () => async () => {
    const socket = connect({ port: ports.bare, host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    return duplexLane(socket);
  },
  libp2p: async () => {
    const ws = await openWs(`ws://127.0.0.1:${ports.plain}/libp2p`);
    const muxer = libp2pPeer(websocketTransport(ws), 'client');
    return async () => libp2pLane(await muxer.createStream());
  },
};

const lanes = new Map<string, Promise<OpenLane>>();
function laneOf(name: string): Promise<OpenLane> {
  const known = lanes.get(name);
  if (known) return known;
  const dialled =
    dialLane[name]?.() ?? (name.startsWith('ws:') ? tunnelLane(name) : Promise.reject(new Error(name)));
  lanes.set(name, dialled);
  return dialled;
}

async function idle({ lane, count, url }: Extract<ClientTask, { do: 'idle' }>): Promise<number> {
  for (let i = 0; i < count; i++) {
    const open =
      lane === 'ws' ? async () => wsLane(await openWs(`${url}/ws`)) : await tunnelLane(`${url}/tunnel`);
    const stream = await open();
    const answered = new Promise<void>((resolve) => {
      stream.data = () => {
        resolve();
        return false;
      };
    });
    stream.write(Buffer.alloc(1024, 'e'));
    await answered;
    if (lane !== 'ws') {
      const ended = new Promise<void>((resolve) => (stream.ended = resolve));
      stream.end();
      await ended;
    }
  }
  return count;
}

/** Sessions dialled, used for one round trip and closed, per second; eight at a time. */
async function dialRate({ url, ms }: Extract<ClientTask, { do: 'dial' }>): Promise<number> {
  const start = performance.now();
  let dialled = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() - start < ms) {
      const session = await dial(url);
      await session.ping();
      session.destroy();
      dialled++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, loop));
  return (dialled * 1000) / (performance.now() - start);
}

async function perform(task: ClientTask): Promise<number> {
  if (task.do === 'idle') return await idle(task);
  if (task.do === 'dial') return await dialRate(task);
  const open = await laneOf(task.lane);
  const stuck = task.stuck ? await openStuck(open) : undefined;
  const rate = await measure(open, task.what, task.streams, task.ms);
  stuck?.close();
  return rate;
}

process.on('message', (task: ClientTask) => {
  perform(task).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
