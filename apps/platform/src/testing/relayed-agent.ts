import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { Generation } from '@portolan/contract/clusters';
import { PLATFORM_HOST, type LinkResponse, type NotShared } from '@portolan/contract/agent';
import { stateMessage, type StateMessage } from '@portolan/contract/desired-state';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { brokerCredential } from '@portolan/process/broker-credential';
import { brokers } from '../fleet/schema.ts';
import { AgentKey, enrol, type TestCredential } from './agent-key.ts';
import type { TestPlatform } from './platform.ts';

interface AgentAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface FollowedState {
  /** Returns the next message that is not `idle`. */
  next(): Promise<StateMessage>;
  /** Returns the next message that contains a text; earlier ones may still be in transit. */
  nextWith(text: string): Promise<string>;
  end(): void;
}

/** The agent's side of the protocol, on a connection relayed as by a broker. */
export interface RelayedAgent {
  call(method: string, path: string, body?: unknown): Promise<AgentAnswer>;
  /** Follows the desired state from a revision. */
  follow(revision?: number): Promise<FollowedState>;
  /** Follows a stream of lines on a separate connection. */
  lines(path: string): Promise<{ next(): Promise<unknown>; end(): void }>;
  close(): void;
}

/** Links a cluster by its token. */
export async function linkAgent(
  portolan: TestPlatform,
  token: string,
  clusterUid = 'uid-1',
  {
    key = new AgentKey(),
    ...options
  }: {
    readonly key?: AgentKey;
    readonly generation?: Generation;
    readonly allowCrossNamespace?: boolean;
    readonly notShared?: readonly NotShared[];
  } = {},
): Promise<{
  status: number;
  body: LinkResponse & { error?: { code: string; message: string; fix?: string } };
}> {
  const response = await fetch(`${portolan.url}/agent/v1/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      clusterUid,
      agentVersion: '0.1.0',
      source: 'a test',
      publicKey: key.publicKey,
      ...options,
    }),
  });
  return { status: response.status, body: (await response.json()) as never };
}

/** Connects an agent of a cluster through a relay, as a broker does. */
export async function relayAgent(
  portolan: TestPlatform,
  cluster: { readonly clusterId: string; readonly workspace: string },
): Promise<RelayedAgent> {
  return connectAgent(portolan, await enrol(portolan, cluster));
}

/** Connects an agent that has a credential. */
export async function connectAgent(portolan: TestPlatform, agent: TestCredential): Promise<RelayedAgent> {
  const agents: Agent[] = [];
  const connect = async (): Promise<Agent> => {
    const socket = await authenticate(await openRelay(portolan), agent);
    const http = new Agent({ keepAlive: true, maxSockets: 1 });
    http.createConnection = () => socket;
    agents.push(http);
    return http;
  };
  const calls = await connect();
  return {
    async call(method, path, body) {
      const response = await send(calls, method, path, body);
      const text = await readAll(response);
      return { status: response.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) };
    },
    async follow(revision) {
      const query = revision === undefined ? '' : `?revision=${revision}`;
      const response = await send(await connect(), 'GET', `/agent/v1/state${query}`);
      const lines = linesOf(response);
      const next = async (): Promise<StateMessage> => {
        for (;;) {
          const { value, done } = await lines.next();
          if (done) throw new Error('the stream ended');
          const message = stateMessage.parse(JSON.parse(value));
          if (message.type !== 'idle') return message;
        }
      };
      return {
        next,
        async nextWith(text) {
          for (;;) {
            const message = JSON.stringify(await next());
            if (message.includes(text)) return message;
          }
        },
        end: () => void response.destroy(),
      };
    },
    async lines(path) {
      const response = await send(await connect(), 'GET', path);
      const lines = linesOf(response);
      return {
        async next() {
          const { value, done } = await lines.next();
          if (done) throw new Error('the stream ended');
          return JSON.parse(value) as unknown;
        },
        end: () => void response.destroy(),
      };
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

const RELAYING = 'relaying';
const REGISTRATION = { region: 'r', url: 'ws://relaying.test', capacity: 1, version: '0', pid: 1 };

/** Opens a relayed connection without authenticating. */
export async function openRelay(portolan: TestPlatform): Promise<Socket> {
  const { platform } = portolan;
  await platform.db
    .insert(brokers)
    .values({ id: RELAYING, ...REGISTRATION, state: 'down', incarnation: '', approvedAt: new Date() })
    .onConflictDoNothing();
  const upgrade = httpRequest(`${portolan.url}${RELAY_PATH}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: RELAY_PROTOCOL,
      authorization: `Bearer ${brokerCredential(platform.brokerSecret, RELAYING)}`,
    },
  });
  upgrade.end();
  const [, socket] = (await once(upgrade, 'upgrade')) as [IncomingMessage, Socket];
  return socket;
}

/** Authenticates agent and platform to each other by TLS. */
export async function authenticate(
  socket: Duplex,
  { key, credential }: Pick<TestCredential, 'key' | 'credential'>,
): Promise<TLSSocket> {
  const secure = connect({
    socket,
    servername: PLATFORM_HOST,
    ca: credential.authority,
    cert: credential.certificate,
    key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    minVersion: 'TLSv1.3',
  });
  await once(secure, 'secureConnect');
  return secure;
}

async function send(agent: Agent, method: string, path: string, body?: unknown): Promise<IncomingMessage> {
  const request = httpRequest({ agent, method, path, headers: { 'content-type': 'application/json' } });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  return undefined;
}
