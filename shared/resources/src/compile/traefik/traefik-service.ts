import {
  type TraefikService,
  type TraefikServiceReference,
  traefikServiceShape,
} from '../../kinds/traefik-shapes.ts';
import { findByProviderName, findTraefik, isCircular } from './references.ts';
import { warnWithoutEffect } from './unsupported.ts';
import type { Target } from '../../model/model.ts';
import type { ValidObject, Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { Resolved } from '../unit.ts';
import { stickyOf, targetOf } from './target.ts';

export const traefikServiceKind = defineKind<TraefikService>({
  type: 'TraefikService.traefik.io',
  judge: ({ spec }) =>
    (spec.weighted === undefined) === (spec.mirroring === undefined)
      ? [
          {
            code: 'invalid',
            field: 'spec',
            message: 'exactly one of weighted, mirroring must be set',
            fix: 'set one of them',
          },
        ]
      : [],
  compile({ spec, reader }) {
    const value = compileService(spec, reader);
    warnWithoutEffect(reader, traefikServiceShape.shape.spec, spec.spec);
    if (!value.ok)
      reader.error('circular', 'spec', {
        message: `${value.reason}; requests get 503`,
        fix: value.fix,
      });
    return { value };
  },
});

function compileService({ spec }: TraefikService, reader: Reader): Resolved<Target> {
  if (
    isCircular<TraefikService>(reader, (object) =>
      referencesOf(object).map((reference) => findNext(reader, object, reference)),
    )
  ) {
    return {
      ok: false,
      reason: `TraefikService "${reader.self.name}" refers to itself`,
      fix: 'break the circle',
    };
  }
  const { weighted, mirroring } = spec;
  if (mirroring !== undefined) {
    const mirrors = (mirroring.mirrors ?? []).map((mirror, index) => ({
      target: targetOf(reader, mirror, `spec.mirroring.mirrors[${index}]`),
      percent: mirror.percent ?? 0,
    }));
    return {
      ok: true,
      value: {
        kind: 'mirror',
        main: targetOf(reader, mirroring, 'spec.mirroring'),
        mirrors,
        ...bodiesOf(mirroring),
      },
    };
  }
  const targets = (weighted?.services ?? []).map((reference, index) => ({
    weight: reference.weight ?? 1,
    target: targetOf(reader, reference, `spec.weighted.services[${index}]`),
  }));
  return { ok: true, value: { kind: 'weighted', targets, sticky: stickyOf(weighted?.sticky) } };
}

/** Traefik: bodies are mirrored, whatever their size, unless something else is said. */
function bodiesOf({
  mirrorBody = true,
  maxBodySize = -1,
}: NonNullable<TraefikService['spec']['mirroring']>): { mirrorBody: boolean; bodyBytesMax: number | null } {
  return { mirrorBody, bodyBytesMax: maxBodySize < 0 ? null : maxBodySize };
}

function referencesOf({ spec: { spec } }: ValidObject<TraefikService>): readonly TraefikServiceReference[] {
  const mirroring = spec.mirroring === undefined ? [] : [spec.mirroring, ...(spec.mirroring.mirrors ?? [])];
  return [...(spec.weighted?.services ?? []), ...mirroring].filter(
    (reference) => reference.kind === 'TraefikService',
  );
}

function findNext(
  reader: Reader,
  from: ValidObject<TraefikService>,
  { name, namespace }: TraefikServiceReference,
): ValidObject<TraefikService> | null {
  if (name.endsWith('@kubernetescrd')) return findByProviderName(reader, 'TraefikService', name);
  return findTraefik(reader, 'TraefikService', namespace ?? from.object.metadata.namespace ?? '', name);
}
