import { parse } from 'yaml';
import { findKind, HUB_GROUP, type Generation } from '../kinds/registry.ts';
import { validateObject } from './validate.ts';

/** A row of a table of rules: a spec of a kind in YAML, and the errors it must give, as `field: message`. */
export type Row = readonly [kind: string, spec: string, ...errors: readonly string[]];

/** What validation says of an object of a kind with this spec, as `field: message`. For tests. */
export function errorsOf(kind: string, spec: string, generation: Generation): readonly string[] {
  const apiVersion = `${HUB_GROUP}/v1alpha1`;
  const namespace =
    findKind(apiVersion, kind, generation)?.scope === 'Namespaced' ? { namespace: 'shop' } : {};
  const object = { apiVersion, kind, metadata: { name: 'thing', ...namespace }, ...content(spec) };
  return validateObject(object, { generation }).errors.map(({ field, message }) => `${field}: ${message}`);
}

function content(spec: string): { readonly spec?: unknown } {
  return spec === '' ? {} : { spec: parse(spec) };
}
