import type { Broker, TunnelView } from '@portolan/contract/clusters';
import type { Explanation } from '@portolan/contract/explain';

type Reason = Explanation['reasons'][number];

/** How far a call gets: past a station, no further, or not that far. */
export type Passage = 'passed' | 'stopped' | 'not-reached';

/** One place a call passes on its way. */
export interface Station {
  readonly id: 'caller' | 'edge' | 'tunnel' | 'gateway' | 'upstream';
  readonly title: string;
  readonly passage: Passage;
  readonly text: string;
  /** What the gateway checks, in its order, up to the first that fails. */
  readonly checks: readonly Reason[];
}

export interface FlowInput {
  readonly found: Explanation;
  /** Who calls, in words. */
  readonly caller: string;
  readonly brokers: readonly Broker[];
  readonly tunnels: readonly TunnelView[];
}

/** Returns the way of an explained call from the caller to the service, with where it stops. */
export function flowOf({ found, caller, brokers, tunnels }: FlowInput): readonly Station[] {
  const live = tunnels.filter(({ cluster, state }) => cluster === found.cluster && state === 'live');
  const accepting = brokers.filter(({ state, approval }) => state === 'live' && approval === 'approved');
  const checks = found.reasons.filter(({ step }) => step !== 'upstream');
  const upstream = found.reasons.find(({ step }) => step === 'upstream');
  const isRefused = checks.some(({ ok }) => !ok);
  const stations: Station[] = [
    { id: 'caller', title: 'Caller', passage: 'passed', text: caller, checks: [] },
    {
      id: 'edge',
      title: 'Edge',
      passage: accepting.length > 0 ? 'passed' : 'stopped',
      text: edgeText(accepting),
      checks: [],
    },
    {
      id: 'tunnel',
      title: 'Tunnel',
      passage: live.length > 0 ? 'passed' : 'stopped',
      text: tunnelText(live, found.cluster),
      checks: [],
    },
    {
      id: 'gateway',
      title: `Gateway of cluster ${found.cluster}`,
      passage: isRefused ? 'stopped' : 'passed',
      text: isRefused ? `Responds with ${found.status}.` : 'Lets the call through.',
      checks,
    },
    {
      id: 'upstream',
      title: 'Upstream',
      passage: upstream?.ok === false || found.verdict === 'refuse' ? 'stopped' : 'passed',
      text: upstream?.text ?? (found.target.join(', ') || 'none'),
      checks: upstream?.ok === false ? [upstream] : [],
    },
  ];
  return afterStop(stations);
}

/** What comes after the first station that stops a call is not reached. */
function afterStop(stations: readonly Station[]): readonly Station[] {
  const stop = stations.findIndex(({ passage }) => passage === 'stopped');
  return stations.map((station, at) =>
    stop >= 0 && at > stop ? { ...station, passage: 'not-reached' } : station,
  );
}

function edgeText(accepting: readonly Broker[]): string {
  if (accepting.length === 0) return 'No broker is live: public names do not respond.';
  const regions = [...new Set(accepting.map(({ region }) => region))].toSorted();
  return `${accepting.length === 1 ? '1 broker' : `${accepting.length} brokers`} in ${regions.join(', ')}`;
}

function tunnelText(live: readonly TunnelView[], cluster: string): string {
  if (live.length === 0) return `Cluster ${cluster} has no tunnel: calls to public names end here.`;
  const times = live.flatMap(({ rttMs }) => rttMs ?? []);
  const fastest = times.length === 0 ? '' : `, ${Math.round(Math.min(...times) * 10) / 10} ms round trip`;
  return `${live.length === 1 ? '1 tunnel' : `${live.length} tunnels`} live${fastest}`;
}
