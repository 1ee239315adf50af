/** The parameters of a signature (draft-cavage-http-signatures-12 §2.1). */
export interface Signature {
  readonly keyId: string;
  readonly algorithm: string;
  /** What is signed, in order; lower case. */
  readonly headers: readonly string[];
  readonly bytes: Buffer;
  /** Seconds since the epoch. */
  readonly created: number | null;
  readonly expires: number | null;
  /** As sent. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A request as far as it can be signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Returns the values of the fields of a lower-case name, in order. */
  fields(name: string): readonly string[];
}

/** Names are tokens, values are quoted or, for times, numbers (§2.1, §2.1.4, §2.1.5). */
const PARAMETER = /\s*([A-Za-z]+)\s*=\s*(?:"([^"\\]*)"|(\d+(?:\.\d+)?))\s*(?:,|$)/y;
const SECONDS = /^\d{1,15}(?:\.\d{1,9})?$/;
/** Without the parameter, the time of creation alone is signed (§2.1.6). */
const DEFAULT_HEADERS = '(created)';

/** Reads the credentials of scheme `Hmac`; null without them, and for parameters that are missing, repeated or malformed. */
export function readSignature(fields: readonly string[]): Signature | null {
  const [field = '', ...more] = fields;
  const match = /^hmac +(.+)$/i.exec(field);
  if (match?.[1] === undefined || more.length > 0) return null;
  const parameters = readParameters(match[1]);
  const keyId = parameters?.get('keyId');
  const signature = parameters?.get('signature');
  if (parameters === null || keyId === undefined || signature === undefined) return null;
  const headers = (parameters.get('headers') ?? DEFAULT_HEADERS).split(' ').filter((name) => name !== '');
  const times = [parameters.get('created'), parameters.get('expires')];
  if (times.some((time) => time !== undefined && !SECONDS.test(time))) return null;
  const [created, expires] = times.map((time) => (time === undefined ? null : Number(time)));
  return {
    keyId,
    algorithm: parameters.get('algorithm')?.toLowerCase() ?? '',
    headers,
    bytes: Buffer.from(signature, 'base64'),
    created: created ?? null,
    expires: expires ?? null,
    parameters,
  };
}

function readParameters(text: string): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < text.length) {
    const match = PARAMETER.exec(text);
    const name = match?.[1];
    if (match === null || name === undefined || parameters.has(name)) return null;
    parameters.set(name, match[2] ?? match[3] ?? '');
  }
  return parameters;
}

/**
 * Returns the text that is signed (§2.3): one line for each name, in order. Null when a name stands for nothing in the request, which
 * must not be signed as if it were empty.
 */
export function signingString(signature: Signature, request: SignedRequest): string | null {
  const lines: string[] = [];
  for (const name of signature.headers) {
    const value = valueOf(name, signature, request);
    if (value === null) return null;
    lines.push(`${name}: ${value}`);
  }
  return lines.length === 0 ? null : lines.join('\n');
}

function valueOf(name: string, { parameters }: Signature, request: SignedRequest): string | null {
  switch (name) {
    case '(request-target)':
      return `${request.method.toLowerCase()} ${request.target}`;
    case '(created)':
      return parameters.get('created') ?? null;
    case '(expires)':
      return parameters.get('expires') ?? null;
    default: {
      const values = request.fields(name);
      return values.length === 0 ? null : values.map((value) => value.trim()).join(', ');
    }
  }
}
