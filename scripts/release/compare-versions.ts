/** Compares by precedence (https://semver.org/#spec-item-11); `0` is before everything. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  for (const at of [0, 1, 2]) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (const [at, identifier] of left.pre.entries()) {
    const other = right.pre[at];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return left.pre.length - right.pre.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(a) - Number(b);
  if (left !== right) return left ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function parse(version: string): { readonly numbers: readonly number[]; readonly pre: readonly string[] } {
  const [withoutBuild = ''] = version.replace(/^v/, '').split('+');
  const dash = withoutBuild.indexOf('-');
  const core = dash === -1 ? withoutBuild : withoutBuild.slice(0, dash);
  return {
    numbers: core.split('.').map(Number),
    pre: dash === -1 ? [] : withoutBuild.slice(dash + 1).split('.'),
  };
}
