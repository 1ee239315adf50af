import { setTimeout as delay } from 'node:timers/promises';
import type { Edge } from './edge/edge.ts';
import type { SessionTable } from './sessions.ts';

/** How long connections that are idle when draining begins may still bring a request: clients need a moment to hear. */
const LINGER_MS = 1_000;
const CHECK_MS = 50;

export interface Draining {
  readonly edges: { readonly http: Edge; readonly tls: Edge };
  readonly sessions: SessionTable;
  /** Reports draining to the platform immediately, so that it assigns no further tunnels. */
  readonly report: () => Promise<void>;
}

/**
 * Empties a broker without a failed request: nothing new comes in, answers say close, agents hear go-away (and dial
 * their replacement first), then whatever is under way finishes, until `deadline` aborts.
 */
export async function drainBroker(
  { edges, sessions, report }: Draining,
  deadline: AbortSignal,
): Promise<void> {
  edges.http.server.close();
  edges.tls.drain();
  await report();
  // Requests of keep-alive clients still open streams here: go-away would refuse them, so they get their moment first.
  if (edges.http.connections > 0) await pause(LINGER_MS, deadline);
  edges.http.drain();
  const closed = [...sessions].map(({ session }) => session.close('This broker is draining.'));
  const all = Promise.all(closed).then(() => true);
  while (!deadline.aborted) {
    const isQuiet = edges.http.connections + edges.tls.connections === 0;
    if (isQuiet && (await Promise.race([all, pause(CHECK_MS, deadline).then(() => false)]))) return;
    if (!isQuiet) await pause(CHECK_MS, deadline);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
