import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { streamEvents, TOPICS, type Topic } from '@portolan/contract/events';
import type { Permission } from '@portolan/contract/permissions';
import { may, type Principal } from '../auth/authenticate.ts';
import { authorise, mountStream } from '../http/mount.ts';
import type { Api } from '../platform.ts';
import { changeWindow, listChanges, type NumberedChange } from '../db/changes.ts';

const HEARTBEAT_MS = 15_000;
const BACKLOG_MAX = 10_000;

/** Permission that a subscriber needs for a topic. */
const READ: Readonly<Record<Topic, Permission>> = {
  apis: 'resources.read',
  resources: 'resources.read',
  problems: 'resources.read',
  clusters: 'clusters.read',
  tunnels: 'clusters.read',
  brokers: 'clusters.read',
  domains: 'resources.read',
  certificates: 'resources.read',
  users: 'users.read',
  groups: 'users.read',
  keys: 'keys.read',
  members: 'members.read',
  providers: 'providers.read',
  logs: 'logs.read',
  metrics: 'metrics.read',
  audit: 'audit.read',
  alerts: 'alerts.read',
  workspace: 'workspace.read',
};

/**
 * Topics whose changes may affect the permissions of subscribers; a workspace may have been replaced by another of the same
 * name.
 */
const RIGHTS: ReadonlySet<Topic> = new Set(['members', 'workspace']);

/** Serves the workspace's changes as server-sent events (HTML Living Standard §9.2), resumable by `Last-Event-ID`. */
export function serveEvents(api: Api): void {
  mountStream(api, streamEvents, async (c, { principal }) => {
    if (!principal.membership) throw new Error('principal has no membership in the workspace');
    const topics = wantedTopics(c.req.query('topics'), principal);
    c.header('x-accel-buffering', 'no');
    const subscriber = { api, c, workspace: principal.membership.workspace, topics };
    return streamSSE(c, (stream) => relay(subscriber, stream));
  });
}

interface Subscriber {
  readonly api: Api;
  readonly c: Context;
  readonly workspace: string;
  topics: ReadonlySet<Topic>;
}

function wantedTopics(query: string | undefined, principal: Principal): ReadonlySet<Topic> {
  const asked = query === undefined || query === '' ? null : new Set(query.split(','));
  return new Set(
    TOPICS.filter((topic) => (asked === null || asked.has(topic)) && may(principal, READ[topic])),
  );
}

async function relay(subscriber: Subscriber, stream: SSEStreamingApi): Promise<void> {
  const queue: NumberedChange[] = [];
  let wake = Promise.withResolvers<void>();
  const off = subscriber.api.changes.onChange(subscriber.workspace, (change) => {
    queue.push(change);
    if (queue.length > BACKLOG_MAX) stream.abort(); // a client this slow must reconnect and resume from the table
    wake.resolve();
  });
  const beat = setInterval(() => wake.resolve(), HEARTBEAT_MS);
  stream.onAbort(() => wake.resolve());
  try {
    let sent = await resume(subscriber, stream);
    while (!stream.aborted) {
      const pending = queue.splice(0).filter((change) => change.sequence > sent);
      // Permissions may have changed or the session ended: the stream is then restricted or closed.
      if (pending.length === 0 || pending.some(({ change }) => RIGHTS.has(change.topic)))
        await recheck(subscriber);
      if (pending.length === 0) await stream.write(`: ${sent}\n\n`);
      for (const next of pending) {
        sent = next.sequence;
        if (subscriber.topics.has(next.change.topic)) await write(stream, next);
      }
      if (queue.length === 0) await wake.promise;
      wake = Promise.withResolvers();
    }
  } catch {
    stream.abort();
  } finally {
    clearInterval(beat);
    off();
  }
}

async function recheck(subscriber: Subscriber): Promise<void> {
  const principal = await authorise(subscriber.api, subscriber.c, streamEvents);
  if (principal) subscriber.topics = wantedTopics(subscriber.c.req.query('topics'), principal);
}

/**
 * Sends the changes since `Last-Event-ID`. If they are no longer stored, sends one `many` per topic, on which clients reload.
 */
async function resume({ api, c, workspace, topics }: Subscriber, stream: SSEStreamingApi): Promise<number> {
  const last = Number.parseInt(c.req.header('last-event-id') ?? '', 10);
  const { latest, oldest } = await changeWindow(api.db, workspace);
  if (!(last >= 0)) {
    await stream.write(`id: ${latest}\n: ready\n\n`);
    return latest;
  }
  if (last > latest || last < oldest - 1) {
    const at = new Date().toISOString();
    for (const topic of topics) {
      await write(stream, { workspace, sequence: latest, change: { topic, ids: [], change: 'many', at } });
    }
    return latest;
  }
  let sent = last;
  for (;;) {
    const missed = await listChanges(api.db, workspace, sent);
    if (missed.length === 0) return sent;
    for (const change of missed) {
      sent = change.sequence;
      if (topics.has(change.change.topic)) await write(stream, change);
    }
  }
}

async function write(stream: SSEStreamingApi, { sequence, change }: NumberedChange): Promise<void> {
  await stream.writeSSE({ id: String(sequence), event: 'change', data: JSON.stringify(change) });
}
