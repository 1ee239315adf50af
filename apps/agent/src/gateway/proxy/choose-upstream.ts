import { createHash } from 'node:crypto';
import type { Target, WeightedTarget } from '@portolan/resources/model/model';
import type { ServiceTarget, StickyCookie } from '@portolan/resources/model/service';
import type { Exchange, WeightedTargets } from '../exchange/exchange.ts';
import { fieldText, type HeaderList } from '../http/header-list.ts';
import type { Upstream } from '../upstreams/upstream.ts';

/**
 * Returns the Service of a target: weighted ones take turns, of mirrored ones it is the main. Set-Cookie fields that keep a client
 * with that choice are added to `cookies`; null for a request that is not the client's own.
 */
export function chooseService(
  target: Target,
  exchange: Exchange,
  cookies: HeaderList | null,
): ServiceTarget | Extract<Target, { kind: 'none' }> {
  switch (target.kind) {
    case 'service':
      return target.service;
    case 'none':
      return target;
    case 'portal':
      return NOT_FORWARDED;
    case 'mirror':
      return chooseService(target.main, exchange, cookies);
    case 'weighted':
      return chooseService(pickWeighted(target, exchange, cookies), exchange, cookies);
  }
}

/** The stage of a portal responds before anything is forwarded. */
const NOT_FORWARDED = { kind: 'none', status: 503, reason: 'this agent serves no portals' } as const;

/** Returns the available endpoint that a sticky cookie names, else the next by turns; null when there is none. */
export function chooseUpstream(
  target: ServiceTarget,
  exchange: Exchange,
  avoid: Upstream | null,
): Upstream | null {
  const resolved = exchange.context.resolve(target);
  const { upstreams, draining } = resolved;
  // As in Traefik: endpoints that are on their way out do not make a Service available.
  if (upstreams.length === 0) return null;
  const now = performance.now();
  if (target.sticky !== null) {
    const named = exchange.cookies.get(target.sticky.name);
    const isNamed = (upstream: Upstream): boolean => stickyId(upstream.origin) === named;
    const stuck = upstreams.find(isNamed) ?? draining.find(isNamed);
    if (stuck !== undefined && stuck !== avoid && stuck.isAvailable(now)) return stuck;
  }
  return nextAvailable(resolved, now, avoid);
}

/** Returns the Set-Cookie fields for a response of `upstream`: those of the choice of its Service, and the endpoint's own. */
export function stickyCookies(
  exchange: Exchange,
  { sticky }: ServiceTarget,
  upstream: Upstream,
  ofService: HeaderList,
): HeaderList {
  if (sticky === null) return ofService;
  const id = stickyId(upstream.origin);
  if (exchange.cookies.get(sticky.name) === id) return ofService;
  return [...ofService, 'Set-Cookie', stickyCookie(sticky, id)];
}

function nextAvailable(
  resolved: { upstreams: readonly Upstream[]; turn: number },
  now: number,
  avoid: Upstream | null,
): Upstream | null {
  const { upstreams } = resolved;
  let fallback: Upstream | null = null;
  for (let tried = 0; tried < upstreams.length; tried++) {
    resolved.turn = (resolved.turn + 1) % upstreams.length;
    const upstream = upstreams[resolved.turn];
    if (upstream === undefined) continue;
    if (upstream.isAvailable(now) && upstream !== avoid) return upstream;
    // Passive ejections never leave a Service without endpoints; failed active checks do.
    if (upstream.isCheckPassing && (fallback === null || fallback === avoid)) fallback = upstream;
  }
  return fallback;
}

function pickWeighted(target: WeightedTargets, exchange: Exchange, cookies: HeaderList | null): Target {
  const { targets, sticky } = target;
  if (sticky !== null) {
    const named = exchange.cookies.get(sticky.name);
    const stuck = targets.find((entry, index) => entry.weight > 0 && weightedId(entry, index) === named);
    if (stuck !== undefined) return stuck.target;
  }
  const index = nextByWeight(target, exchange);
  const chosen = targets[index];
  if (chosen === undefined) return { kind: 'none', status: 503, reason: 'every weight is 0' };
  if (sticky !== null) cookies?.push('Set-Cookie', stickyCookie(sticky, weightedId(chosen, index)));
  return chosen.target;
}

/** Smooth weighted round robin: of any run of requests each Service gets its share, evenly spread; -1 if all weights are 0. */
function nextByWeight(target: WeightedTargets, exchange: Exchange): number {
  const shares = exchange.context.shares(target);
  let best = -1;
  let total = 0;
  for (const [index, { weight }] of target.targets.entries()) {
    if (weight <= 0) continue;
    total += weight;
    shares[index] = (shares[index] ?? 0) + weight;
    if (best === -1 || (shares[index] ?? 0) > (shares[best] ?? 0)) best = index;
  }
  if (best !== -1) shares[best] = (shares[best] ?? 0) - total;
  return best;
}

function weightedId({ target }: WeightedTarget, index: number): string {
  const name =
    target.kind === 'service'
      ? `${target.service.service}:${target.service.port}`
      : `${target.kind}-${index}`;
  return stickyId(name);
}

const stickyIds = new Map<string, string>();

/** Returns an id that reveals no address inside the cluster. */
function stickyId(name: string): string {
  let id = stickyIds.get(name);
  if (id === undefined) {
    if (stickyIds.size > 10_000) stickyIds.clear();
    id = createHash('sha256').update(name).digest('hex').slice(0, 16);
    stickyIds.set(name, id);
  }
  return id;
}

function stickyCookie(cookie: StickyCookie, value: string): string {
  const parts = [`${cookie.name}=${value}`, `Path=${cookie.path ?? '/'}`];
  if (cookie.maxAgeSeconds !== undefined && cookie.maxAgeSeconds > 0)
    parts.push(`Max-Age=${cookie.maxAgeSeconds}`);
  if (cookie.domain !== undefined) parts.push(`Domain=${cookie.domain}`);
  if (cookie.httpOnly) parts.push('HttpOnly');
  if (cookie.secure) parts.push('Secure');
  if (cookie.sameSite !== undefined)
    parts.push(`SameSite=${cookie.sameSite[0]?.toUpperCase()}${cookie.sameSite.slice(1)}`);
  return fieldText(parts.join('; '));
}
