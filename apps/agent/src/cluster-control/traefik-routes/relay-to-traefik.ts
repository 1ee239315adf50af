import { TlsRelay } from '../../gateway/tls/tls-relay.ts';
import type { AgentLogger } from '../../logger.ts';
import type { AgentOptions } from '../../options.ts';
import { RepeatedWarning } from '../../platform/uplink/repeated-warning.ts';
import type { TraefikRoutesOptions } from './traefik-routes.ts';

/** Returns the entry points that options name; that of tunnels is one with TLS. */
export function entryPointsOf(
  options: AgentOptions,
): Pick<TraefikRoutesOptions, 'entryPoints' | 'tlsEntryPoints' | 'tunnelEntryPoint'> {
  const { traefikEntryPoints, traefikTlsEntryPoints, traefikTunnel } = options;
  const ofTunnels = traefikTunnel === undefined ? [] : [traefikTunnel.name];
  return {
    entryPoints: traefikEntryPoints,
    tlsEntryPoints: [...new Set([...traefikTlsEntryPoints, ...ofTunnels])],
    tunnelEntryPoint: traefikTunnel?.name ?? null,
  };
}

/** Returns what passes connections through tunnels on to Traefik, for the hosts that `carries` names; null unless asked for. */
export function relayToTraefik(
  { traefikTunnel: address, traefikProxyProtocol: hasProxyProtocol }: AgentOptions,
  log: AgentLogger,
  carries: (host: string) => boolean,
): TlsRelay | null {
  if (address === undefined) return null;
  const warning = new RepeatedWarning(log, 'traefik.unreachable');
  return new TlsRelay({
    address,
    hasProxyProtocol,
    serves: carries,
    onUnreachable: (reason) =>
      warning.warn(
        `Traefik cannot be reached at ${address.host}:${address.port}: ${reason}. The agent's own gateway serves in its place.`,
      ),
  });
}
