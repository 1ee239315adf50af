import { AddressGuard } from '@portolan/process/address-guard';
import type { Portal } from '@portolan/resources/model/portal';
import type { Logger } from 'pino';
import { Agent, request } from 'undici';
import { NOT_FOUND, type Reply } from '../gateway/http/reply.ts';

const BYTES_MAX = 1024 * 1024;
const TIMEOUT_MS = 5000;
const KEPT_MS = 3600_000;
const FAILED_MS = 60_000;
const LOGOS_MAX = 200;
const TYPES = new Set(['image/png', 'image/gif', 'image/jpeg', 'image/webp', 'image/svg+xml']);

interface KeptLogo {
  readonly reply: Promise<Reply>;
  until: number;
}

/**
 * Fetches the logos of portals and serves them from the portals' own addresses, so that no other site learns of readers. Images that are
 * documents run nothing: they are served with a policy that forbids everything.
 */
export class Logos {
  readonly #log: Logger;
  readonly #kept = new Map<string, KeptLogo>();

  constructor(log: Logger) {
    this.#log = log;
  }

  reply({ logoUrl, isRemote }: Portal): Promise<Reply> | Reply {
    if (logoUrl === null) return NOT_FOUND;
    const key = `${String(isRemote)} ${logoUrl}`;
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.reply;
    if (this.#kept.size >= LOGOS_MAX) this.#kept.clear();
    const kept: KeptLogo = {
      reply: this.#fetch(logoUrl, isRemote, () => (kept.until = Date.now() + FAILED_MS)),
      until: Date.now() + KEPT_MS,
    };
    this.#kept.set(key, kept);
    return kept.reply;
  }

  async #fetch(url: string, isRemote: boolean, onFailed: () => void): Promise<Reply> {
    const guard = new AddressGuard({ loopback: !isRemote, private: true });
    const agent = new Agent({
      connect: { lookup: guard.lookup, timeout: TIMEOUT_MS },
      maxResponseSize: BYTES_MAX,
    });
    try {
      guard.checkUrl(new URL(url));
      const response = await request(url, { dispatcher: agent, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const type =
        String(response.headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim()
          .toLowerCase() ?? '';
      if (response.statusCode !== 200 || !TYPES.has(type)) {
        await response.body.dump();
        throw new Error(`it responded ${response.statusCode} with ${type || 'no type'}`);
      }
      return logoReply(type, Buffer.from(await response.body.arrayBuffer()));
    } catch (error) {
      onFailed();
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn({ event: 'portal.logo', url, reason }, 'the logo of a portal cannot be fetched');
      return NOT_FOUND;
    } finally {
      await agent.destroy();
    }
  }
}

function logoReply(type: string, body: Buffer): Reply {
  return {
    status: 200,
    headers: [
      'Content-Type',
      type,
      'Content-Security-Policy',
      "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'X-Content-Type-Options',
      'nosniff',
      'Cache-Control',
      'private, max-age=3600',
      'Cross-Origin-Resource-Policy',
      'same-origin',
    ],
    body,
  };
}
