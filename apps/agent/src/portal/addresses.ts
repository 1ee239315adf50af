import type { PortalRequest } from './portal-request.ts';

/**
 * Returns the origin at which a host of the gateway is reached from where the caller reached the portal: the same entry, so the same scheme
 * and port, unless the route is served over one scheme only.
 */
export function publicOrigin(
  { exchange }: Pick<PortalRequest, 'exchange'>,
  host: string,
  scheme?: 'http' | 'https',
): string {
  const port = /:(\d{1,5})$/.exec(exchange.host)?.[1];
  const reached = exchange.scheme;
  if (scheme !== undefined && scheme !== reached) return `${scheme}://${host}`;
  return `${reached}://${host}${port === undefined ? '' : `:${port}`}`;
}
