/** Parts of a request that may hold the credential. */
interface Source {
  readonly header?: string | undefined;
  readonly headerAuthScheme?: string | undefined;
  readonly query?: string | undefined;
  readonly cookie?: string | undefined;
}

/** Returns the credential of a request in the order of the gateway: header, query, cookie; null when there is none. */
export function readCredential(
  call: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  source: Source,
): string | null {
  const headers = new Headers(call.headers);
  return (
    fromHeader(source.header === undefined ? null : headers.get(source.header), source.headerAuthScheme) ??
    (source.query === undefined ? null : new URL(call.url).searchParams.get(source.query) || null) ??
    fromCookie(headers.get('cookie') ?? '', source.cookie)
  );
}

function fromHeader(value: string | null, scheme: string | undefined): string | null {
  if (value === null) return null;
  if (scheme === undefined || scheme === '') return value.trim() || null;
  // RFC 9110 §11.1: the scheme is case-insensitive and followed by one or more spaces.
  const isScheme = value.slice(0, scheme.length + 1).toLowerCase() === `${scheme.toLowerCase()} `;
  return isScheme ? value.slice(scheme.length + 1).trim() || null : null;
}

function fromCookie(cookies: string, name: string | undefined): string | null {
  if (name === undefined) return null;
  const pair = cookies.split(';').find((one) => one.trim().startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(pair.indexOf('=') + 1).trim() || null;
}
