import { z } from 'zod';
import type { ClientSettings } from '../../../model/authentication.ts';
import type { Resolved } from '../../unit.ts';
import { flag, text, wholeNumber } from './options.ts';

const tls = z.looseObject({
  ca: text.optional(),
  cert: text.optional(),
  key: text.optional(),
  insecureSkipVerify: flag.optional(),
});

/** `clientConfig` of the middlewares that call an authorization server. */
export const clientConfig = z.looseObject({
  tls: tls.optional(),
  timeoutSeconds: wholeNumber.optional(),
  maxRetries: wholeNumber.optional(),
});

const TIMEOUT_SECONDS = 5;
const RETRIES = 3;
const RETRIES_MAX = 10;

/** Returns how the authorization server is called: 5 s for each attempt and 3 retries unless configured. */
export function clientSettings(config: z.infer<typeof clientConfig> | undefined): Resolved<ClientSettings> {
  const { tls: tlsConfig, timeoutSeconds = TIMEOUT_SECONDS, maxRetries = RETRIES } = config ?? {};
  const certificate = certificateOf(tlsConfig?.cert, tlsConfig?.key, 'clientConfig.tls');
  if (!certificate.ok) return certificate;
  if (timeoutSeconds <= 0 || maxRetries < 0 || maxRetries > RETRIES_MAX)
    return {
      ok: false,
      reason: `clientConfig: timeoutSeconds must be at least 1, maxRetries from 0 to ${RETRIES_MAX}`,
      fix: 'correct them, or leave them out for 5 s and 3 retries',
    };
  return {
    ok: true,
    value: {
      ca: tlsConfig?.ca || null,
      certificate: certificate.value,
      insecureSkipVerify: tlsConfig?.insecureSkipVerify ?? false,
      timeoutMs: timeoutSeconds * 1000,
      maxRetries,
    },
  };
}

/** Returns a client certificate with its key; null without either. */
export function certificateOf(
  cert: string | undefined,
  key: string | undefined,
  path: string,
): Resolved<{ readonly cert: string; readonly key: string } | null> {
  if (!cert && !key) return { ok: true, value: null };
  if (!cert || !key)
    return { ok: false, reason: `${path} has only one of cert and key`, fix: 'set both, or neither' };
  return { ok: true, value: { cert, key } };
}
