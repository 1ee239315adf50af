import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { PolicySpec } from '@portolan/resources/model/policy';
import type { Exchange, Stage } from '../exchange/exchange.ts';
import { readBody } from '../exchange/read-body.ts';
import { fieldText } from '../http/header-list.ts';
import { problemReply, textReply, type Reply } from '../http/reply.ts';
import { readSignature, signingString, type Signature, type SignedRequest } from './http-signature.ts';

type HmacPolicy = Extract<PolicySpec, { kind: 'hmac' }>;

/** Algorithms of a signature by name (draft-cavage-http-signatures-12 §E.2, and their SHA-384 and SHA-512 forms). */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['hmac-sha1', 'sha1'],
  ['hmac-sha256', 'sha256'],
  ['hmac-sha384', 'sha384'],
  ['hmac-sha512', 'sha512'],
]);
/** Digests of the body (RFC 3230 §4.1.1, RFC 5843), by lower-case name. */
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
]);
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const TOO_LARGE: Reply = textReply(413, 'Request Entity Too Large');

/**
 * Creates the stage that admits requests signed with a shared key (draft-cavage-http-signatures-12, scheme `Hmac`). A body counts only
 * with a Digest that the signature covers: it could be exchanged otherwise.
 */
export function hmacStage(policy: HmacPolicy): Stage {
  const keys = new Map(policy.keys.map(({ id, key }) => [id, key]));
  const challenge = `Hmac headers="${fieldText(policy.enforcedHeaders.join(' ')).replaceAll(/["\\]/g, '')}"`;
  const refuse = (detail: string): Reply => problemReply(401, detail, ['WWW-Authenticate', challenge]);
  return {
    async onRequest(exchange) {
      const sent = requestOf(exchange);
      const signature =
        readSignature(sent.fields('authorization')) ?? readSignature(sent.fields('proxy-authorization'));
      if (signature === null)
        return refuse('No signature was sent. Send it as Authorization: Hmac keyId="…",….');
      const fault = signatureFault(signature, policy, Date.now() / 1000) ?? forgery(signature, keys, sent);
      if (fault !== null) return refuse(fault);
      if (!policy.validatesDigest) return undefined;
      const body = exchange.hasBody ? await readBody(exchange, BODY_BYTES_MAX) : Buffer.alloc(0);
      if (body === null) return TOO_LARGE;
      const digestFault = faultOfDigest(signature, sent.fields('digest'), body);
      return digestFault === null ? undefined : refuse(digestFault);
    },
  };
}

function signatureFault(signature: Signature, policy: HmacPolicy, nowSeconds: number): string | null {
  const left = policy.enforcedHeaders.filter((name) => !signature.headers.includes(name));
  if (left.length > 0) return `The signature does not cover ${left.join(', ')}.`;
  if (signature.created !== null && signature.created > nowSeconds)
    return 'The signature was created in the future; compare the clocks.';
  if (signature.expires !== null && signature.expires < nowSeconds) return 'The signature has expired.';
  return null;
}

/** An unknown key and another signature are told apart by nobody. */
function forgery(
  signature: Signature,
  keys: ReadonlyMap<string, string>,
  sent: SignedRequest,
): string | null {
  const hash = ALGORITHMS.get(signature.algorithm);
  if (hash === undefined) return `The algorithm is not one of ${[...ALGORITHMS.keys()].join(', ')}.`;
  const text = signingString(signature, sent);
  if (text === null) return 'The signature covers a field that the request does not have.';
  const key = keys.get(signature.keyId);
  const expected = createHmac(hash, key ?? '')
    .update(text, 'latin1')
    .digest();
  const isSame = expected.length === signature.bytes.length && timingSafeEqual(expected, signature.bytes);
  return key !== undefined && isSame ? null : 'The signature is not valid.';
}

function faultOfDigest(signature: Signature, fields: readonly string[], body: Buffer): string | null {
  const stated = fields.flatMap((field) => field.split(',')).map((part) => part.trim());
  if (stated.length === 0)
    return body.length === 0 ? null : 'The request has a body but no Digest, so that the body is not signed.';
  if (body.length > 0 && !signature.headers.includes('digest')) return 'The signature does not cover digest.';
  let known = 0;
  for (const part of stated) {
    const equals = part.indexOf('=');
    const hash = DIGESTS.get(part.slice(0, equals).toLowerCase());
    if (hash === undefined) continue;
    known += 1;
    const wanted = Buffer.from(part.slice(equals + 1), 'base64');
    const found = createHash(hash).update(body).digest();
    if (wanted.length !== found.length || !timingSafeEqual(wanted, found))
      return 'The Digest is not that of the body.';
  }
  return known > 0 ? null : 'The Digest is of none of the algorithms SHA-256 and SHA-512.';
}

/** Returns the request as the client has sent it: middlewares before may have changed what it signed. */
function requestOf({ req, host, method }: Exchange): SignedRequest {
  return {
    method,
    target: targetOf(req.url ?? '/'),
    fields(name) {
      if (name === 'host') return [host];
      const values: string[] = [];
      for (let i = 0; i < req.rawHeaders.length; i += 2)
        if (req.rawHeaders[i]?.toLowerCase() === name) values.push(req.rawHeaders[i + 1] ?? '');
      return values;
    },
  };
}

/** Path and query as sent, also of a target in absolute form (RFC 9112 §3.2.2). */
function targetOf(url: string): string {
  if (url.startsWith('/') || !URL.canParse(url)) return url;
  return url.replace(/^[a-z]+:\/\/[^/?]*/i, '') || '/';
}
