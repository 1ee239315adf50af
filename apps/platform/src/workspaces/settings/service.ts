import type { updateSettings, WorkspaceSettings } from '@portolan/contract/settings';
import type { z } from 'zod';
import { canonicalJson } from '../../db/canonical-json.ts';
import { countKeys } from '../../users/keys/store.ts';
import { lockWorkspace, updateWorkspaceName } from '../store.ts';
import type { Transaction } from '../../db/database.ts';
import type { UnitOfWork } from '../../db/unit-of-work.ts';
import type { Sealer } from '../../secrets/seal.ts';
import { openApiAuth, saveApiAuth, shownApiAuth } from './api-auth-store.ts';
import { checkApiAuth } from './check-api-auth.ts';
import { warningsOf } from './warnings.ts';

interface Place {
  readonly workspace: { readonly id: string; readonly name: string };
  readonly sealer: Sealer;
}

export async function readSettings(
  tx: Transaction,
  { workspace, sealer }: Place,
): Promise<WorkspaceSettings> {
  const apiAuth = await openApiAuth(tx, workspace.id, sealer);
  const keys = await countKeys(tx, workspace.id);
  return {
    name: workspace.name,
    apiAuth: shownApiAuth(apiAuth),
    keys: { ...keys, working: apiAuth.kind === 'apiKey' ? keys.working : 0 },
  };
}

/**
 * Updates settings; a change of API authentication increments the revision, so that gateways receive it.
 * @throws AppError `invalid-request`.
 */
export async function changeSettings(
  work: UnitOfWork,
  place: Place,
  { dryRun, ...change }: z.output<(typeof updateSettings)['body']>,
): Promise<WorkspaceSettings & { readonly warnings: string[] }> {
  const { tx } = work;
  const { workspace, sealer } = place;
  await lockWorkspace(tx, workspace.id);
  const was = await openApiAuth(tx, workspace.id, sealer);
  const is = change.apiAuth === undefined ? was : checkApiAuth(change.apiAuth, was);
  const name = change.name ?? workspace.name;
  const keys = await countKeys(tx, workspace.id);
  const after: WorkspaceSettings = {
    name,
    apiAuth: shownApiAuth(is),
    keys: { ...keys, working: is.kind === 'apiKey' ? keys.working : 0 },
  };
  const isSameAuth = canonicalJson(was) === canonicalJson(is);
  const answer = { ...after, warnings: warningsOf(was, is, keys) };
  if (dryRun || (isSameAuth && name === workspace.name)) {
    work.unchanged();
    return answer;
  }
  if (name !== workspace.name) await updateWorkspaceName(tx, workspace.id, name);
  if (!isSameAuth) await saveApiAuth(tx, { workspace: workspace.id, sealer }, is);
  work.audit({
    action: 'workspace.settings',
    target: { kind: 'workspace', id: workspace.id, name },
    before: { name: workspace.name, apiAuth: shownApiAuth(was) },
    after: { name, apiAuth: after.apiAuth },
    ...(isSameAuth ? {} : { revision: await work.bumpRevision() }),
  });
  work.publish('workspace', [workspace.id], 'updated');
  return answer;
}
