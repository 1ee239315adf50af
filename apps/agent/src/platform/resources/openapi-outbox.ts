import { compareOpenApi, uploadOpenApi } from '@portolan/contract/agent-reports';
import type { OpenApiDocument } from '../../gateway/openapi/normalise.ts';
import { Outbox } from '../uplink/outbox.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import type { AgentLogger } from '../../logger.ts';

/** Few enough for one attempt; the next goes on with the others. */
const UPLOADS_AT_ONCE = 20;

/** Documents by API or APIVersion, null for those not had yet; null as a whole while nothing is served. */
type Documents = ReadonlyMap<string, OpenApiDocument | null> | null;

/** Reports the OpenAPI documents to the platform, and sends those that it does not have. */
export function openApiOutbox(read: () => Documents, uplink: Uplink, log: AgentLogger): Outbox {
  let agreed: string | null = null;
  const inventoryOf = (documents: NonNullable<Documents>) =>
    [...documents].map(([key, document]) => ({ key, sha256: document?.sha256 ?? null }));
  return new Outbox({
    log,
    what: 'OpenAPI documents',
    giveUp: async () => void (agreed = JSON.stringify(inventoryOf(read() ?? new Map()))),
    sendNext: async (signal) => {
      const documents = read();
      if (documents === null) return false;
      const inventory = inventoryOf(documents);
      const text = JSON.stringify(inventory);
      if (text === agreed) return false;
      const body = { documents: inventory };
      const { wanted } = await callPlatform(uplink, compareOpenApi, { body }, signal);
      for (const key of wanted.slice(0, UPLOADS_AT_ONCE)) {
        const document = documents.get(key);
        if (!document) continue;
        const { sha256, json } = document;
        await callPlatform(uplink, uploadOpenApi, { body: { key, sha256, json } }, signal);
      }
      if (wanted.length <= UPLOADS_AT_ONCE) agreed = text;
      return true;
    },
  });
}
