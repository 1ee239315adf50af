/** Applies a JSON merge patch (RFC 7386 §2); what stays keeps its place. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const held = isMap(target) ? target : {};
  const keys = new Set([...Object.keys(held), ...Object.keys(patch)]);
  return Object.fromEntries(
    Array.from(keys).flatMap((key) => {
      if (!Object.hasOwn(patch, key)) return [[key, held[key]]];
      return patch[key] === null ? [] : [[key, mergePatch(held[key], patch[key])]];
    }),
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
