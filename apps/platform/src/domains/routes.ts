import * as contract from '@portolan/contract/domains';
import { enforceRateLimit } from '../auth/rate-limit.ts';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import type { Capability, CreateCapability, Job, Platform } from '../platform.ts';
import { checkClaim, type CheckOptions, type ReplaceProblems } from './check.ts';
import { takeDueClaims } from './claim-store.ts';
import { Dns } from './dns.ts';
import { listDomainPage } from './list-store.ts';
import { openProofSecret } from './open-proof-secret.ts';
import { checkNow, getDomain } from './service.ts';

const CHECK_EVERY_MS = 2_000;
const CHECKS_AT_ONCE = 20;
/** Checks that an administrator asks for: DNS servers of others are queried each time. */
const CHECK_LIMIT = { burst: 10, everySeconds: 6 };

/** Routes for domains, and the job that looks for their proofs. */
export function domains(replaceProblems: ReplaceProblems): CreateCapability {
  return (platform) => createDomains(platform, replaceProblems);
}

function createDomains(platform: Platform, replaceProblems: ReplaceProblems): Capability {
  const dns = new Dns(platform.config.dnsServers);
  const options = openOptions(platform, { dns, replaceProblems });
  return {
    routes(api) {
      mount(api, contract.listDomains, ({ workspace, query }, { tx }) =>
        listDomainPage(tx, workspace.id, query),
      );
      mount(api, contract.getDomain, async ({ workspace, params }, { tx }) =>
        getDomain(tx, await options(), workspace.id, params.domain),
      );
      mountWithoutTransaction(api, contract.checkDomain, async ({ workspace, params }) => {
        await enforceRateLimit(api.db, workspace.id, [
          { key: `domain-check:${workspace.id}`, ...CHECK_LIMIT },
        ]);
        return checkNow(await options(), workspace.id, params.domain);
      });
    },
    jobs: [checkJob(options)],
    close: () => dns.close(),
  };
}

function checkJob(options: () => Promise<CheckOptions>): Job {
  return {
    name: 'domains.check',
    everyMs: CHECK_EVERY_MS,
    async run() {
      const opened = await options();
      const due = await takeDueClaims(opened.db, CHECKS_AT_ONCE);
      await Promise.all(due.map((claim) => checkClaim(opened, claim)));
    },
  };
}

/** Returns a function that reads the secret of the proofs at first need. */
function openOptions(
  { db, sealer, config }: Platform,
  parts: Pick<CheckOptions, 'dns' | 'replaceProblems'>,
): () => Promise<CheckOptions> {
  let opening: Promise<CheckOptions> | null = null;
  const open = async () => ({
    db,
    ...parts,
    settings: { edgeSuffix: config.edgeDomain },
    challengeZone: config.challengeZone?.zone ?? null,
    secret: await openProofSecret({ db, sealer }),
  });
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}
