/** Returns where to go after signing in: a path of this portal, or its first page for anything else. */
export function returnPath(wanted: string | null): string {
  if (wanted === null || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) || wanted.includes('\\')) return '/';
  const url = new URL(wanted, 'https://portal.invalid');
  if (url.origin !== 'https://portal.invalid') return '/';
  // Signing in again, or out, is nowhere to return to.
  return /^\/(?:login|logout|callback|preview)(?:$|[/?])/.test(url.pathname)
    ? '/'
    : url.pathname + url.search;
}
