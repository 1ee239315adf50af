const DECIMAL = /^[1-9]\d*$/;

/**
 * Compares two resource versions of one resource: negative when `a` is older. Versions are whole numbers in all servers since
 * Kubernetes 1.35 (KEP-5504); null for any other text, of which nothing is known.
 */
function compareVersions(a: string, b: string): number | null {
  if (!DECIMAL.test(a) || !DECIMAL.test(b)) return null;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}

/** Returns whether `a` is known to be older than `b`. */
export function isOlderVersion(a: string, b: string): boolean {
  const order = compareVersions(a, b);
  return order !== null && order < 0;
}
