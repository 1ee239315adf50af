import { createHmac, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { AlertNotification } from '@portolan/contract/alert-receivers';

const TIMEOUT_MS = 10_000;

/** Addresses of cloud metadata services and of neighbours on the link: credentials are there, and no receivers. */
const NEVER = new BlockList();
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addAddress('fd00:ec2::254', 'ipv6');
/** The platform's own machine, whose other programs trust whoever is on it. */
const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addSubnet('0.0.0.0', 8, 'ipv4');
OWN.addAddress('::1', 'ipv6');
OWN.addAddress('::', 'ipv6');

/** A new secret, in the form of the Standard Webhooks specification. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  /** Whether it may be on this machine: where the platform serves this machine alone. */
  readonly mayBeLocal: boolean;
}

/** Sends a notification, signed (Standard Webhooks 1.0); throws a sentence when it did not arrive. */
export async function sendWebhook(
  { url, secret, mayBeLocal }: Webhook,
  notification: AlertNotification,
): Promise<void> {
  const body = JSON.stringify(notification);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${notification.id}.${timestamp}.${body}`)
    .digest('base64');
  const status = await post(new URL(url), mayBeLocal, {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Portolan',
      'webhook-id': notification.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  });
  // A redirect is no arrival: following it would send the notification where nobody said.
  if (status < 200 || status > 299) throw new Error(`It answered ${status}.`);
}

function post(
  url: URL,
  mayBeLocal: boolean,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: string },
): Promise<number> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isForbidden(host, mayBeLocal)) return Promise.reject(forbidden(host));
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method: 'POST', headers, signal, agent: false, lookup: guardedLookup(mayBeLocal) };
    const request = send(url, options, (response: IncomingMessage) => {
      resolve(response.statusCode ?? 0);
      response.destroy(); // what it says does not matter
    });
    request.on('error', (error) =>
      reject(signal.aborted ? new Error(`It did not answer within ${TIMEOUT_MS / 1000} s.`) : error),
    );
    request.end(body);
  });
}

/** Checked on the address that is connected to, so that a name cannot point elsewhere between check and use. */
function guardedLookup(mayBeLocal: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      const bad = addresses?.find(({ address }) => isForbidden(address, mayBeLocal));
      if (error) callback(error, '', 0);
      else if (bad || !first) callback(forbidden(bad?.address ?? hostname), '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function isForbidden(address: string, mayBeLocal: boolean): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  return NEVER.check(plain, family) || (!mayBeLocal && OWN.check(plain, family));
}

function forbidden(address: string): Error {
  return new Error(`Its address ${address} is one to which nothing is sent.`);
}
