import { Readable } from 'node:stream';
import { exportAudit, listAudit, verifyAudit } from '@portolan/contract/audit';
import type { Queries } from '../db/database.ts';
import { mount, mountStream } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { auditView, chainOfWorkspace, listAuditPage, readChain, verifyChain } from './store.ts';

/** Routes that list, verify and export the audit log. */
export const audit: CreateCapability = () => ({
  routes(api) {
    mount(api, listAudit, async ({ workspace, query }, { tx }) =>
      listAuditPage(tx, await chainOfWorkspace(tx, workspace.id), query),
    );
    mount(api, verifyAudit, async ({ workspace }, { tx }) =>
      verifyChain(tx, await chainOfWorkspace(tx, workspace.id)),
    );
    mountStream(api, exportAudit, async (c, { principal: { membership } }) => {
      if (!membership) throw new Error('principal has no membership in the workspace');
      const chain = await chainOfWorkspace(api.db, membership.workspace);
      const lines = Readable.from(jsonLines(api.db, chain));
      return c.body(Readable.toWeb(lines) as ReadableStream, 200, { 'content-type': 'application/x-ndjson' });
    });
  },
});

async function* jsonLines(db: Queries, chain: string): AsyncGenerator<string> {
  for await (const row of readChain(db, chain)) yield `${JSON.stringify(auditView(row))}\n`;
}
