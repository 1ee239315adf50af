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

/** Adds `token` to a comma list such as Vary unless it is there. */
export function appendToken(headers: HeaderList, name: string, token: string): void {
  const current = getHeader(headers, name);
  if (current === undefined) {
    headers.push(name, token);
    return;
  }
  const tokens = current.split(',').map((item) => item.trim().toLowerCase());
  if (!tokens.includes('*') && !tokens.includes(token.toLowerCase()))
    setHeader(headers, name, `${current}, ${token}`);
}

function isNamed(name: string | undefined, wanted: string): boolean {
  return name !== undefined && name.length === wanted.length && name.toLowerCase() === wanted;
}
