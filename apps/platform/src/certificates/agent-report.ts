import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { AgentIdentity } from '@portolan/contract/agent';
import type { CertificateReport } from '@portolan/contract/certificates';
import { AppError } from '../app-error.ts';
import { publish } from '../db/changes.ts';
import type { Database } from '../db/database.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { acknowledgeByAgent } from './orders/challenge-store.ts';
import { confirmServed, listOfCluster, renewLost, storeSigningRequest } from './orders/order-store.ts';

/**
 * Stores what an agent reports about the certificates of its cluster. A request to sign is taken only for exactly the host that it
 * was asked for. @throws AppError `invalid-request`.
 */
export async function receiveCertificateReport(
  db: Database,
  { workspace, clusterId }: AgentIdentity,
  report: CertificateReport,
): Promise<void> {
  const hosts = new Map(
    (await listOfCluster(db, clusterId)).flatMap(({ requestId, host }) =>
      requestId === null ? [] : [[requestId, host] as const],
    ),
  );
  for (const request of report.requests) {
    const host = hosts.get(request.id);
    if (host !== undefined) await requireSigningRequest(request.csr, host);
  }
  await db.transaction(async (tx) => {
    await enterWorkspace(tx, workspace);
    for (const request of report.requests) await storeSigningRequest(tx, clusterId, request);
    await acknowledgeByAgent(tx, clusterId, report.challenges);
    const confirmed = await confirmServed(tx, clusterId, report.served);
    await renewLost(tx, clusterId, report.missing);
    if (confirmed.length > 0)
      await publish(tx, workspace, { topic: 'certificates', ids: confirmed, change: 'updated' });
  });
}

async function requireSigningRequest(csr: string, host: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new AppError('invalid-request', `The request to sign for ${host} ${why}.`, {
      fix: 'Update the agent.',
    });
  };
  const request = parse(csr) ?? refuse('is not PKCS #10');
  if (!(await request.verify())) refuse('is not signed by its own key');
  const extension = request.extensions.find((each) => each instanceof x509.SubjectAlternativeNameExtension);
  const names = extension?.names.toJSON() ?? [];
  const [name] = names;
  const isIt = names.length === 1 && name?.type === 'dns' && name.value.toLowerCase() === host;
  if (!isIt) refuse('names other hosts');
}

function parse(csr: string): x509.Pkcs10CertificateRequest | null {
  try {
    return new x509.Pkcs10CertificateRequest(Buffer.from(csr, 'base64'));
  } catch {
    return null;
  }
}
