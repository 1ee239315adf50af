/** Headers as `node:http` and undici exchange them: a flat list `[name, value, name, value, …]`, order and case kept. */
export type HeaderList = string[];

export function getHeader(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let i = 0; i < headers.length; i += 2) if (isNamed(headers[i], wanted)) return headers[i + 1];
  return undefined;
}

export function deleteHeader(headers: HeaderList, name: string): void {
  const wanted = name.toLowerCase();
  let kept = 0;
  for (let i = 0; i < headers.length; i += 2) {
    if (isNamed(headers[i], wanted)) continue;
    headers[kept] = headers[i] ?? '';
    headers[kept + 1] = headers[i + 1] ?? '';
    kept += 2;
  }
  headers.length = kept;
}

export function setHeader(headers: HeaderList, name: string, value: string): void {
  deleteHeader(headers, name);
  headers.push(name, value);
}

/** What could end a field and begin another (RFC 9110 §5.5). */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\u0008\n-\u001f\u007f]/g;

/**
 * Returns text, such as that of a configuration, as a field value: one character for each byte of its UTF-8, control characters as
 * spaces. Values that were received are bytes already.
 */
export function fieldText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1').replaceAll(CONTROL, ' ');
}

/** Returns the values of all fields of a name, in order. */
export function listHeader(headers: HeaderList, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let i = 0; i < headers.length; i += 2)
    if (isNamed(headers[i], wanted)) values.push(headers[i + 1] ?? '');
  return values;
}

/** Adds `token` to the list of a field such as Vary, however many fields it is spread over, unless it or `*` is there. */
export function appendToken(headers: HeaderList, name: string, token: string): void {
  const values = listHeader(headers, name);
  if (values.length === 0) {
    headers.push(name, token);
    return;
  }
  const list = values.join(', ');
  const tokens = list.split(',').map((item) => item.trim().toLowerCase());
  if (tokens.includes('*') || tokens.includes(token.toLowerCase())) return;
  setHeader(headers, name, `${list}, ${token}`);
}

function isNamed(name: string | undefined, wanted: string): boolean {
  return name !== undefined && name.length === wanted.length && name.toLowerCase() === wanted;
}
