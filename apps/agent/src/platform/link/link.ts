import { linkAgent, type LinkResponse, type NotShared } from '@portolan/contract/agent';
import type { Generation } from '@portolan/contract/clusters';
import { createClient, PlatformError } from '@portolan/contract/client';
import type { AgentLogger } from '../../logger.ts';
import { RepeatedWarning } from '../uplink/repeated-warning.ts';
import { Backoff } from '@portolan/process/retry';
import type { CredentialStore } from './credential-store.ts';

const ATTEMPT_MS = 10_000;
/** An answer that will not change by itself is asked for again, but rarely: the platform may yet be put right. */
const REFUSED = { baseMs: 5_000, capMs: 60_000, floor: 0.1 };
const UNREACHABLE = { baseMs: 500, capMs: 30_000, floor: 0.1 };

export interface LinkOptions {
  readonly platformUrl: string;
  readonly credentials: CredentialStore;
  readonly clusterUid: string;
  readonly agentVersion: string;
  readonly source: string;
  readonly generation: Generation;
  readonly allowCrossNamespace: boolean;
  /** What is not reported (`--share`). */
  readonly notShared: NotShared[];
  /** How many tunnels it wants to keep. */
  readonly tunnels: number;
}

/** Makes the cluster known to the platform, trying until it works; null when the signal aborts first. */
export async function linkToPlatform(
  options: LinkOptions,
  log: AgentLogger,
  signal: AbortSignal,
): Promise<LinkResponse | null> {
  const trouble = new RepeatedWarning(log, 'link.failed');
  const refused = new Backoff(REFUSED);
  const unreachable = new Backoff(UNREACHABLE);
  while (!signal.aborted) {
    try {
      const linked = await linkOnce(options, signal);
      trouble.over('linked to the platform again');
      return linked;
    } catch (error) {
      if (signal.aborted) return null;
      trouble.warn(explainLinkFailure(error, options.platformUrl));
      await (error instanceof PlatformError && error.status < 500 ? refused : unreachable).wait(signal);
    }
  }
  return null;
}

async function linkOnce(options: LinkOptions, signal: AbortSignal): Promise<LinkResponse> {
  const { platformUrl, credentials, ...about } = options;
  const { token, publicKey } = await credentials.authorization();
  const client = createClient({ baseUrl: platformUrl, token });
  const body = publicKey === undefined ? about : { ...about, publicKey };
  const attempt = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]);
  const linked = await client.call(linkAgent, { body }, attempt).catch((error: unknown) => {
    if (publicKey === undefined) throw error;
    if (error instanceof PlatformError && error.status === 401) credentials.refuseToken();
    throw error instanceof PlatformError ? new TokenError(error) : error;
  });
  if (linked.credential) await credentials.accept(linked.credential);
  else if (publicKey !== undefined) throw new Error('it issued no credential; update the platform');
  return linked;
}

/** A refusal of an agent token, in exchange for a credential. */
class TokenError extends PlatformError {
  constructor({ code, message, fix, cause, status }: PlatformError) {
    super({ code, message, fix, cause }, status);
  }
}

/** Returns one line: what happened, why, what to do. */
function explainLinkFailure(error: unknown, platformUrl: string): string {
  if (error instanceof PlatformError && error.cause === undefined) {
    const what = error instanceof TokenError ? 'token' : 'credential';
    if (error.status === 401)
      return `The platform at ${platformUrl} refuses this agent's ${what}: ${error.message} Create a new agent token for the cluster (\`portolan cluster rotate-token\`) and put it into the token file.`;
    if (error.status === 409)
      return `The platform at ${platformUrl} refuses this agent: its ${what} is in use by another cluster. Enrol this cluster under its own name and use the token you get.`;
    return `The platform at ${platformUrl} did not link this agent: ${error.message.replace(/\.$/, '')}. ${error.fix ?? 'It will be tried again.'}`;
  }
  return `The platform at ${platformUrl} cannot be reached: ${rootOf(error)}. Serving goes on from what is known; it will be tried again.`;
}

function rootOf(error: unknown): string {
  if (error instanceof Error) return error.cause instanceof Error ? rootOf(error.cause) : error.message;
  return String(error);
}
