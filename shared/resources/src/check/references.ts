import { PORTAL_ANNOTATION } from '../compile/hub/portal-annotation.ts';
import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { textAt, valuesAt, type Found } from './values-at.ts';
import { type Located, type ObjectSet, warning } from './object-set.ts';
import { referenceAnnotations, referenceRules, type ReferenceRule } from './reference-table.ts';

/** Warnings for names of objects that do not exist, and of ports their Service does not have. */
export function checkReferences(set: ObjectSet, generation: Generation): readonly Problem[] {
  return [
    ...referenceRules[generation].flatMap((rule) =>
      set
        .list(rule.kind)
        .flatMap((located) =>
          valuesAt(located.object, rule.path).flatMap((found) =>
            checkReference(located, { rule, found, set }),
          ),
        ),
    ),
    ...checkAnnotations(set, generation),
  ];
}

interface Reference {
  readonly rule: ReferenceRule;
  readonly found: Found;
  readonly set: ObjectSet;
}

function checkReference(located: Located, { rule, found, set }: Reference): readonly Problem[] {
  const { value, field } = found;
  const name = typeof value === 'string' ? value : textAt(value, 'name');
  // A name with a provider (`x@file`) is none of ours.
  if (name === null || name === '' || name.includes('@')) return [];
  const kind = kindOf(rule, value);
  // Routes of portals are served by the agent, whatever Service they name.
  if (kind === 'Service' && located.object.metadata.annotations?.[PORTAL_ANNOTATION] !== undefined) return [];
  const namespace = namespaceOf(rule, located.object, value);
  const target = set.find(kind, namespace, name);
  const nameField = typeof value === 'string' ? field : `${field}.name`;
  if (target === null) return [missing(located, { kind, namespace, name, field: nameField })];
  return kind === 'Service' ? checkPort(located, target, found) : [];
}

function kindOf(rule: ReferenceRule, value: unknown): string {
  if (rule.to === 'kind') return textAt(value, 'kind') ?? '';
  return rule.kind === 'IngressRoute' && rule.to === 'Service' ? (textAt(value, 'kind') ?? rule.to) : rule.to;
}

function namespaceOf(rule: ReferenceRule, object: KubernetesObject, value: unknown): string | undefined {
  if (rule.namespace === 'none') return undefined;
  if (rule.namespace === 'own') return object.metadata.namespace;
  const named = textAt(value, 'namespace');
  return named ?? (rule.namespace === 'default' ? 'default' : object.metadata.namespace);
}

interface Missing {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly field: string;
}

function missing(located: Located, { kind, namespace, name, field }: Missing): Problem {
  const place = namespace === undefined ? '' : ` in namespace "${namespace}"`;
  const message = `there is no ${kind} "${name}"${place}`;
  return warning(located, {
    code: 'missing-reference',
    field,
    message,
    fix: `create it, or correct ${field}`,
  });
}

function checkPort(located: Located, service: KubernetesObject, { value, field }: Found): readonly Problem[] {
  const port = isRecord(value) ? value['port'] : undefined;
  const wanted = isRecord(port) ? (port['number'] ?? port['name']) : port;
  if (typeof wanted !== 'number' && typeof wanted !== 'string') return [];
  const offered = valuesAt(service, 'spec.ports[]')
    .map((entry) => entry.value)
    .filter(isRecord);
  if (offered.length === 0) return [];
  if (offered.some((entry) => entry['port'] === wanted || entry['name'] === wanted)) return [];
  const list = offered.map(
    (entry) => `${String(entry['port'])}${typeof entry['name'] === 'string' ? ` (${entry['name']})` : ''}`,
  );
  const message = `Service "${service.metadata.name}" has no port ${wanted}; it has ${list.join(', ')}`;
  return [
    warning(located, { code: 'missing-port', field: `${field}.port`, message, fix: 'name one of its ports' }),
  ];
}

function checkAnnotations(set: ObjectSet, generation: Generation): readonly Problem[] {
  const annotations = Object.entries(referenceAnnotations[generation]);
  return ['Ingress', 'IngressRoute'].flatMap((kind) =>
    set
      .list(kind)
      .flatMap((located) =>
        annotations.flatMap(([annotation, to]) => checkAnnotation(located, { annotation, to, set })),
      ),
  );
}

interface Annotation {
  readonly annotation: string;
  readonly to: string;
  readonly set: ObjectSet;
}

function checkAnnotation(located: Located, { annotation, to, set }: Annotation): readonly Problem[] {
  const { metadata } = located.object;
  const value = metadata.annotations?.[annotation];
  if (typeof value !== 'string' || value === '') return [];
  // Policies once had a namespace, and old manifests still name it.
  const [name = '', named] = value.split('@');
  const namespace = to === 'AccessControlPolicy' ? undefined : (named ?? metadata.namespace);
  if (set.find(to, namespace, name) !== null) return [];
  return [missing(located, { kind: to, namespace, name, field: `metadata.annotations[${annotation}]` })];
}
