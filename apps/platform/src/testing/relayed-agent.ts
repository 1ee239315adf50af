import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { LinkResponse } from '@portolan/contract/agent';
import { stateMessage, type StateMessage } from '@portolan/contract/desired-state';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import type { TestPlatform } from './platform.ts';

interface AgentAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface FollowedState {
  /** The next one that is not idle. */
  next(): Promise<StateMessage>;
  /** The next one with a text in it: what went before may still be under way. */
  nextWith(text: string): Promise<string>;
  end(): void;
}

/** An agent's end of the protocol, on a connection relayed as a broker does it. */
export interface RelayedAgent {
  call(method: string, path: string, body?: unknown): Promise<AgentAnswer>;
  /** Messages of the desired state, in order. */
  follow(revision?: number): Promise<FollowedState>;
  close(): void;
}

/** Links a cluster by its token, as an agent does first. */
export async function linkAgent(
  portolan: TestPlatform,
  token: string,
  clusterUid = 'uid-1',
): Promise<{
  status: number;
  body: LinkResponse & { error?: { code: string; message: string; fix?: string } };
}> {
  const response = await fetch(`${portolan.url}/agent/v1/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ clusterUid, agentVersion: '0.1.0', source: 'a test' }),
  });
  return { status: response.status, body: (await response.json()) as never };
}

/** Opens a relayed connection for a cluster, as the broker that knows whose it is. */
export async function relayAgent(
  portolan: TestPlatform,
  cluster: { readonly clusterId: string; readonly workspace: string },
): Promise<RelayedAgent> {
  const agents: Agent[] = [];
  const connect = async (): Promise<Agent> => {
    const socket = await openRelay(portolan, cluster);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = () => socket;
    agents.push(agent);
    return agent;
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
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

async function openRelay(
  portolan: TestPlatform,
  { clusterId, workspace }: { readonly clusterId: string; readonly workspace: string },
): Promise<Socket> {
  const upgrade = httpRequest(`${portolan.url}${RELAY_PATH}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: RELAY_PROTOCOL,
      authorization: `Bearer ${portolan.platform.brokerSecret}`,
      'portolan-cluster': clusterId,
      'portolan-workspace': workspace,
      'portolan-token': 'agt_test',
    },
  });
  upgrade.end();
  const [, socket] = (await once(upgrade, 'upgrade')) as [IncomingMessage, Socket];
  return socket;
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
