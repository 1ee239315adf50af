// Escaping of property names in Kubernetes' CEL: k8s.io/apiserver/pkg/cel/escaping.go.
const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace ' +
    'return var void while'
  ).split(' '),
);
const escaped = new Map<string, string>();
const CACHE_SIZE_MAX = 10_000;

/** Name by which a rule reaches a property: `namespace` as `__namespace__`, `x-y` as `x__dash__y`. */
export function escapeName(name: string): string {
  const known = escaped.get(name);
  if (known !== undefined) return known;
  const result = RESERVED.has(name)
    ? `__${name}__`
    : name
        .replaceAll('__', '__underscores__')
        .replaceAll('.', '__dot__')
        .replaceAll('-', '__dash__')
        .replaceAll('/', '__slash__');
  if (escaped.size >= CACHE_SIZE_MAX) escaped.clear();
  escaped.set(name, result);
  return result;
}
