import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AlertNotification } from '@portolan/contract/alert-receivers';
import type { AddressGuard } from '@portolan/process/address-guard';

const TIMEOUT_MS = 10_000;

/** Generates a secret in the format of the Standard Webhooks specification. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly guard: AddressGuard;
}

/**
 * Sends a signed notification (Standard Webhooks 1.0).
 * @throws Error with the reason when the status is not 2xx or no response arrives within 10 s.
 */
export async function sendWebhook(
  { url, secret, guard }: Webhook,
  notification: AlertNotification,
): Promise<void> {
  const body = JSON.stringify(notification);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${notification.id}.${timestamp}.${body}`)
    .digest('base64');
  const status = await post(new URL(url), guard, {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Portolan',
      'webhook-id': notification.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  });
  // A redirect counts as a failure: following it would send the notification to an address that nobody configured.
  if (status < 200 || status > 299) throw new Error(`The webhook responded with status ${status}.`);
}

function post(
  url: URL,
  guard: AddressGuard,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: string },
): Promise<number> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    guard.checkUrl(url);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method: 'POST', headers, signal, agent: false, lookup: guard.lookup };
    const request = send(url, options, (response: IncomingMessage) => {
      resolve(response.statusCode ?? 0);
      response.destroy(); // what it says does not matter
    });
    request.on('error', (error) =>
      reject(
        signal.aborted ? new Error(`The webhook did not respond within ${TIMEOUT_MS / 1000} s.`) : error,
      ),
    );
    request.end(body);
  });
}
