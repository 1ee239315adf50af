/** Base URLs of the public edge, as a live broker announces them; null where it does not listen. */
export interface EdgeAddress {
  readonly http: string | null;
  readonly https: string | null;
}

/**
 * Returns a public URL as a client can request it: with the edge's port if that is not the default. Names below
 * `localhost` (RFC 6761) have no certificate that clients trust, so they are shown over plain HTTP if the edge serves it.
 */
export function reachableUrl(url: string, edge: EdgeAddress): string {
  const target = new URL(url);
  const isLocal = target.hostname.endsWith('.localhost');
  const entry = isLocal && edge.http !== null ? edge.http : edge.https;
  if (entry === null) return url;
  const { protocol, port } = new URL(entry);
  return `${protocol}//${target.hostname}${port ? `:${port}` : ''}${target.pathname}`;
}
