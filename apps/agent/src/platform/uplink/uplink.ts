import { errorBody, type ErrorCode } from '@portolan/contract/errors';

/** A request to the platform's agent API. */
export interface UplinkRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

export interface UplinkResponse {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The way to the platform: requests travel through whichever tunnel is live. Rejects when none is. */
export interface Uplink {
  request(request: UplinkRequest): Promise<UplinkResponse>;
}

/** The platform's refusal of a request. */
export class UplinkRefusal extends Error {
  override readonly name = 'UplinkRefusal';
  readonly status: number;
  readonly code: ErrorCode | null;
  readonly fix: string | undefined;

  constructor(status: number, code: ErrorCode | null, message: string, fix?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.fix = fix;
  }
}

/** Calls the platform and answers the parsed JSON of its answer, or null when there is none. */
export async function callPlatform(uplink: Uplink, request: UplinkRequest): Promise<unknown> {
  const response = await uplink.request(request);
  const text = await readText(response.body);
  if (response.status >= 300) throw refusalOf(response.status, text);
  return text === '' ? null : JSON.parse(text);
}

const NEWLINE = 10;

/** Opens an answer that goes on for ever, as newline-delimited JSON; `heard` is called for whatever arrives, whole or not. */
export async function* followPlatform(
  uplink: Uplink,
  request: UplinkRequest,
  heard: () => void,
): AsyncGenerator {
  const response = await uplink.request(request);
  if (response.status >= 300) throw refusalOf(response.status, await readText(response.body));
  // A line may have many megabytes: its pieces are put together once, when its end is there.
  let pieces: Uint8Array[] = [];
  for await (const chunk of response.body) {
    heard();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8');
      pieces = [];
      start = end + 1;
      if (line !== '') yield JSON.parse(line) as unknown;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
}

/** What an answer of status 300 or above says. */
export function refusalOf(status: number, text: string): UplinkRefusal {
  try {
    const { error } = errorBody.parse(JSON.parse(text));
    return new UplinkRefusal(status, error.code, error.message, error.fix);
  } catch {
    return new UplinkRefusal(status, null, `the platform answered ${status}`);
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
