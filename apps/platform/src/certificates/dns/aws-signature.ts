import { createHash, createHmac } from 'node:crypto';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

/**
 * Returns the header fields that sign a request by Signature Version 4
 * (docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html). The path has to be in canonical form already.
 */
export function awsSignature(
  { method, url, body, region, service, now }: SignedRequest,
  { accessKeyId, secretAccessKey }: AwsCredentials,
): { readonly 'x-amz-date': string; readonly authorization: string } {
  const at = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = at.slice(0, 8);
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('&');
  const signed = 'host;x-amz-date';
  const canonical = [
    method,
    url.pathname,
    query,
    `host:${url.host}\nx-amz-date:${at}\n`,
    signed,
    hash(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, hash(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => mac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  const signature = mac(key, text).toString('hex');
  return {
    'x-amz-date': at,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

/** RFC 3986: everything but unreserved characters is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function mac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
