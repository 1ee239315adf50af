import { Compiler } from '../compile/compiler.ts';
import { isRecord } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { type Located, type ObjectSet, warning } from './object-set.ts';

/** Kinds that are validated and not served. */
const UNSERVED = ['AIService', 'Uplink'];

/** Warnings for what the gateway will refuse to serve: plugins of Middlewares with options that cannot be used, and kinds without a use. */
export function checkUnserved(set: ObjectSet, generation: Generation): readonly Problem[] {
  const judged = [
    ...set.list('Middleware').filter(({ object: { spec } }) => isRecord(spec) && 'plugin' in spec),
    ...UNSERVED.flatMap((kind) => set.list(kind)),
  ];
  if (judged.length === 0) return [];
  const upserts = [...judged, ...set.list('Secret')].map(
    ({ object, origin = { kind: 'cluster' } }: Located) => ({
      object,
      origin,
    }),
  );
  const { problems } = new Compiler({ generation }).update({ upserts });
  return judged.flatMap((located) => {
    const { kind, metadata } = located.object;
    return problems
      .filter((problem) => problem.kind === kind && problem.name === metadata.name)
      .filter(({ namespace }) => namespace === metadata.namespace)
      .map(({ code, field = 'spec', message, fix = '' }) => warning(located, { code, field, message, fix }));
  });
}
