import { DEFAULT_CLASS_ANNOTATION, type IngressClass } from '../../kinds/core-shapes.ts';
import type { Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';

/** Traefik's own, so that its manifests work unchanged. */
const CONTROLLER = 'traefik.io/ingress-controller';
const TYPE = 'IngressClass.networking.k8s.io';

export const ingressClassKind = defineKind<IngressClass>({
  type: TYPE,
  compile: () => ({}),
});

/** Whether an Ingress is ours to serve: by its class, its annotation, or the cluster's default class, in that order. */
export function isOurClass(
  reader: Reader,
  className: string | undefined,
  annotation: string | undefined,
): boolean {
  if (className !== undefined) return isOurs(reader, className);
  if (annotation !== undefined && annotation !== '') return isOurs(reader, annotation);
  const defaults = reader
    .ofType<IngressClass>(TYPE)
    .filter(({ object }) => object.metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === 'true');
  return defaults.length === 0 || defaults.some(({ spec }) => spec.spec?.controller === CONTROLLER);
}

function isOurs(reader: Reader, name: string): boolean {
  const found = reader.find<IngressClass>({
    group: 'networking.k8s.io',
    kind: 'IngressClass',
    namespace: '',
    name,
  });
  if (found !== null) return found.spec.spec?.controller === CONTROLLER;
  return reader.ingressClasses.includes(name);
}
