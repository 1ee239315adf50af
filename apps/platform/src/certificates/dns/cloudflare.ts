import { z } from 'zod';
import type { ConfigOf } from '../../acme-dns-config.ts';
import type { Outbound } from '../../http/outbound.ts';
import { DnsUpdateError } from './dns-update-error.ts';
import { sendToProvider, type ProviderRequest } from './provider-request.ts';
import { TEXT_TTL_SECONDS, type TextPublisher } from './text-publisher.ts';

const RECORDS_MAX = 100;

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number().optional(), message: z.string() })).default([]),
  result: z.unknown(),
});
const records = z.array(z.object({ id: z.string(), content: z.string() }));

/** Publishes by the API of Cloudflare (developers.cloudflare.com/api/resources/dns/subresources/records). */
export function cloudflarePublisher(
  { endpoint, zoneId, token }: ConfigOf<'cloudflare'>,
  outbound: Outbound,
): TextPublisher {
  const base = `${endpoint.replace(/\/$/, '')}/client/v4/zones/${zoneId}/dns_records`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = async (
    request: Pick<ProviderRequest, 'method' | 'body'> & { path?: string },
    signal: AbortSignal,
  ) => {
    const { path = '', ...rest } = request;
    const url = new URL(base + path);
    const response = await sendToProvider(outbound, { ...rest, url, headers }, signal);
    return resultOf(url.host, response);
  };
  return {
    async publish(name, texts, signal) {
      const query = new URLSearchParams({ type: 'TXT', name, per_page: String(RECORDS_MAX) });
      const existing = records.parse(await call({ method: 'GET', path: `?${query.toString()}` }, signal));
      const kept = existing.filter(({ content }) => texts.includes(unquoted(content)));
      const missing = texts.filter((text) => !kept.some(({ content }) => unquoted(content) === text));
      for (const text of missing) {
        const record = { type: 'TXT', name, content: `"${text}"`, ttl: TEXT_TTL_SECONDS };
        await call({ method: 'POST', body: JSON.stringify(record) }, signal);
      }
      for (const record of existing)
        if (!kept.includes(record))
          await call({ method: 'DELETE', path: `/${encodeURIComponent(record.id)}` }, signal);
    },
  };
}

/** Returns the result of a call. @throws DnsUpdateError with the errors that the API names. */
function resultOf(
  host: string,
  { status, body }: { readonly status: number; readonly body: string },
): unknown {
  const parsed = envelope.safeParse(jsonOf(body));
  if (!parsed.success) throw new DnsUpdateError(host, `it responded with status ${status}`);
  const { success, errors, result } = parsed.data;
  if (success) return result;
  throw new DnsUpdateError(
    host,
    errors.map(({ code, message }) => `${message}${code === undefined ? '' : ` (${code})`}`).join('; ') ||
      `it responded with status ${status}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Contents of TXT records are returned in quotes, those written years ago without. */
function unquoted(content: string): string {
  return content.replace(/^"(.*)"$/, '$1');
}
