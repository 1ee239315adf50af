import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigOf } from '../../acme-dns-config.ts';
import type { Outbound } from '../../http/outbound.ts';
import { awsSignature } from './aws-signature.ts';
import { DnsUpdateError } from './dns-update-error.ts';
import { sendToProvider, type ProviderRequest } from './provider-request.ts';
import { TEXT_TTL_SECONDS, type TextPublisher } from './text-publisher.ts';

const VERSION = '2013-04-01';
/** Changes usually reach all name servers within a minute. */
const IN_SYNC_POLL_MS = 2_000;
const IN_SYNC_MS_MAX = 180_000;

type Call = (
  request: Pick<ProviderRequest, 'method' | 'body'> & { readonly path: string },
  signal: AbortSignal,
) => Promise<string>;

/** Publishes by the API of Amazon Route 53 (docs.aws.amazon.com/Route53/latest/APIReference). */
export function route53Publisher(config: ConfigOf<'route53'>, outbound: Outbound): TextPublisher {
  const call = callOf(config, outbound);
  const path = `/hostedzone/${config.hostedZoneId}/rrset`;
  return {
    async publish(name, texts, signal) {
      const set = texts.length > 0 ? recordSet(name, texts) : await findSet(call, path, name, signal);
      if (set === null) return;
      const action = texts.length > 0 ? 'UPSERT' : 'DELETE';
      const body = await call({ method: 'POST', path, body: changeOf(action, set) }, signal);
      const change = /<Id>\/change\/([A-Z0-9]+)<\/Id>/.exec(body)?.[1];
      if (texts.length > 0 && change !== undefined) await untilInSync(call, change, signal);
    },
  };
}

function callOf({ endpoint, accessKeyId, secretAccessKey }: ConfigOf<'route53'>, outbound: Outbound): Call {
  return async ({ method, path, body = '' }, signal) => {
    const url = new URL(`/${VERSION}${path}`, endpoint);
    // Route 53 is a global service, whose requests are signed for this region.
    const signing = { method, url, body, region: 'us-east-1', service: 'route53', now: new Date() };
    const headers = {
      ...awsSignature(signing, { accessKeyId, secretAccessKey }),
      'content-type': 'text/xml',
    };
    const request = { method, url, headers, ...(body === '' ? {} : { body }) };
    const response = await sendToProvider(outbound, request, signal);
    if (response.status < 300) return response.body;
    const [code, message] = ['Code', 'Message'].map((tag) => textOf(response.body, tag));
    const words = [code, message].filter((text) => text !== null).join(': ');
    throw new DnsUpdateError(url.host, words || `it responded with status ${response.status}`);
  };
}

async function untilInSync(call: Call, change: string, signal: AbortSignal): Promise<void> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(IN_SYNC_MS_MAX)]);
  while (textOf(await call({ method: 'GET', path: `/change/${change}` }, end), 'Status') !== 'INSYNC')
    await delay(IN_SYNC_POLL_MS, undefined, { signal: end });
}

/** Returns the set of TXT records of a name as it is: a set is deleted by naming exactly what it has. */
async function findSet(call: Call, path: string, name: string, signal: AbortSignal): Promise<string | null> {
  const query = new URLSearchParams({ name, type: 'TXT', maxitems: '1' });
  const body = await call({ method: 'GET', path: `${path}?${query.toString()}` }, signal);
  const set = /<ResourceRecordSet>[\s\S]*?<\/ResourceRecordSet>/.exec(body)?.[0] ?? null;
  // The list begins at the name: the first one may be another that follows.
  const isIt = set !== null && textOf(set, 'Name') === `${name}.` && textOf(set, 'Type') === 'TXT';
  return isIt ? set : null;
}

function recordSet(name: string, texts: readonly string[]): string {
  const values = texts.map((text) => `<ResourceRecord><Value>"${escape(text)}"</Value></ResourceRecord>`);
  return `<ResourceRecordSet><Name>${escape(name)}.</Name><Type>TXT</Type><TTL>${TEXT_TTL_SECONDS}</TTL><ResourceRecords>${values.join('')}</ResourceRecords></ResourceRecordSet>`;
}

function changeOf(action: 'UPSERT' | 'DELETE', set: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/${VERSION}/"><ChangeBatch><Changes><Change><Action>${action}</Action>${set}</Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
}

function textOf(xml: string, tag: string): string | null {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? null;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
