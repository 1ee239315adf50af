import type { z } from 'zod';
import type { authenticateRequest, authenticateVerdict } from '@portolan/contract/broker-link';
import { authenticateTickets } from '../auth/agents.ts';
import type { Database } from '../db/database.ts';
import { listAssignments } from './tunnel-store.ts';

type Dial = z.output<typeof authenticateRequest>['dials'][number];
type Verdict = z.input<typeof authenticateVerdict>;

const UNKNOWN: Verdict = {
  status: 401,
  code: 'invalid-token',
  message: "This agent's ticket is not valid for this tunnel, or its credential was revoked or has expired.",
};
const FOREIGN: Verdict = {
  status: 409,
  code: 'token-in-use',
  message: 'This agent belongs to another cluster than this tunnel.',
};
const UNASSIGNED: Verdict = {
  status: 403,
  code: 'not-allowed',
  message: 'This tunnel is not assigned to this cluster at this broker.',
};

/** Checks which agents may open which tunnels at a broker; the number of queries does not grow with that of dials. */
export async function authenticateDials(
  db: Database,
  brokerId: string,
  dials: readonly Dial[],
): Promise<Verdict[]> {
  const signers = await authenticateTickets(
    db,
    dials.map(({ ticket, tunnelId }) => ({ ticket, purpose: { tunnelId } })),
  );
  const assigned = await listAssignments(
    db,
    dials.map(({ tunnelId }) => tunnelId),
  );
  const byId = new Map(assigned.map((tunnel) => [tunnel.id, tunnel]));
  return dials.map(({ tunnelId }, index) => {
    const identity = signers[index];
    const tunnel = byId.get(tunnelId);
    if (!identity) return UNKNOWN;
    if (tunnel && tunnel.clusterId !== identity.clusterId) return FOREIGN;
    return tunnel?.brokerId === brokerId ? { identity } : UNASSIGNED;
  });
}
