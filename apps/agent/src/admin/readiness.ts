/** What an agent can do now. */
export interface AgentReadiness {
  /** Why requests cannot be served yet; null when they can. */
  readonly notServing: string | null;
  /** Tunnels that carry traffic, of those it is to keep; null where it has no platform and keeps none. */
  readonly tunnels: { readonly live: number; readonly wanted: number } | null;
}

/**
 * Two answers, for two Services: the gateway can serve without a tunnel (the data plane outlives the control plane),
 * and a tunnel that is down must not take the gateway's endpoints away. Either answer names both.
 */
export function readinessOf(
  of: 'gateway' | 'tunnels',
  { notServing, tunnels }: AgentReadiness,
): { readonly isReady: boolean; readonly text: string } {
  const lines = [
    `gateway: ${notServing === null ? 'ready' : `not ready, ${notServing}`}`,
    tunnelLine(tunnels),
  ];
  const isReady = of === 'gateway' ? notServing === null : tunnels !== null && tunnels.live > 0;
  return { isReady, text: `${lines.join('\n')}\n` };
}

function tunnelLine(tunnels: AgentReadiness['tunnels']): string {
  if (tunnels === null) return 'tunnels: none, as this agent has no platform';
  const { live, wanted } = tunnels;
  return `tunnels: ${live > 0 ? 'ready' : 'not ready'}, ${live} of ${wanted} live`;
}
