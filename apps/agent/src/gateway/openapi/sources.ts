import { isControlPlaneService } from '@portolan/resources/compile/platform-origin';
import type { Model, Target } from '@portolan/resources/model/model';
import { type KubernetesObject, objectKey } from '@portolan/resources/kinds/object';
import type { Origin } from '@portolan/resources/kinds/origin';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import { z } from 'zod';
import type { DocumentSource } from './document-source.ts';

const openApiSpec = z.object({ url: z.string().optional(), path: z.string().optional() });
/** The part of API and APIVersion that locates the document, in generation v2 and v3; objects are validated before. */
const shape = z.object({
  spec: z.union([
    z.object({
      service: z.object({
        name: z.string(),
        port: z.object({ name: z.string().optional(), number: z.number().optional() }),
        openApiSpec: openApiSpec.optional(),
      }),
    }),
    z.object({ openApiSpec }),
  ]),
});

type Spec = z.infer<typeof shape>['spec'];
type Located = Pick<DocumentSource, 'location' | 'isRemote'>;
type Service = Extract<Spec, { service: unknown }>['service'];

/** Returns where the OpenAPI documents of the APIs and APIVersions among `objects` are, by the Services of the model. */
export function documentSources(objects: Iterable<SourcedObject>, model: Model): DocumentSource[] {
  const sources: DocumentSource[] = [];
  let routed: ReturnType<typeof targetsByApi> | undefined;
  for (const { object, origin } of objects) {
    const spec = specOf(object);
    if (spec === null) continue;
    const namespace = object.metadata.namespace ?? 'default';
    const found =
      'service' in spec
        ? locate(spec.service, namespace, { origin, model })
        : locateRouted(spec.openApiSpec, (routed ??= targetsByApi(model)).get(objectKey(object)) ?? [], {
            origin,
            model,
          });
    if (found === null) continue;
    sources.push({
      key: objectKey(object),
      kind: object.kind,
      namespace,
      name: object.metadata.name,
      ...found,
    });
  }
  return sources;
}

/** Objects stay the same from change to change: each is looked into once. */
const specs = new WeakMap<KubernetesObject, Spec | null>();

function specOf(object: KubernetesObject): Spec | null {
  if (object.kind !== 'API' && object.kind !== 'APIVersion') return null;
  let spec = specs.get(object);
  if (spec === undefined) {
    const parsed = shape.safeParse(object);
    spec = parsed.success ? parsed.data.spec : null;
    specs.set(object, spec);
  }
  return spec;
}

/** Services of the routes of each API and version of generation v3. */
function targetsByApi(model: Model): ReadonlyMap<string, readonly Target[]> {
  const targets = new Map<string, Target[]>();
  for (const { guard, target } of model.routes) {
    if (guard.kind !== 'api' || guard.api.gateway !== null) continue;
    // Each version has its own document.
    const { key } = guard.api.version ?? guard.api.api;
    const known = targets.get(key) ?? [];
    known.push(target);
    targets.set(key, known);
  }
  return targets;
}

/** A path is one of the only Service that the routes lead to; of several it would not be clear which one is meant. */
function locateRouted(
  { url, path }: z.infer<typeof openApiSpec>,
  targets: readonly Target[],
  { origin, model }: { readonly origin: Origin; readonly model: Model },
): Located | null {
  if (url !== undefined) return { location: { kind: 'url', url }, isRemote: origin.kind === 'platform' };
  const services = targets.flatMap((target) => (target.kind === 'service' ? [target.service] : []));
  const names = new Set(services.map(({ service, port }) => `${service}:${port}`));
  const [only] = services;
  if (path === undefined || only === undefined || names.size > 1 || services.length < targets.length)
    return null;
  const [namespace = '', name = ''] = only.service.split('/');
  const port = typeof only.port === 'number' ? { number: only.port } : { name: only.port };
  return locate({ name, port, openApiSpec: { path } }, namespace, { origin, model });
}

function locate(
  service: Service,
  namespace: string,
  { origin, model }: { readonly origin: Origin; readonly model: Model },
): Located | null {
  const { openApiSpec: document, port: wanted } = service;
  if (document?.url !== undefined)
    return { location: { kind: 'url', url: document.url }, isRemote: origin.kind === 'platform' };
  if (document?.path === undefined) return null;
  if (origin.kind === 'platform' && isControlPlaneService(namespace, service.name)) return null;
  const ports = model.services.get(`${namespace}/${service.name}`)?.ports ?? [];
  const port = ports.find((each) =>
    wanted.name === undefined ? each.port === wanted.number : each.name === wanted.name,
  );
  const endpoints = (port?.endpoints ?? []).filter(({ isDraining }) => isDraining !== true);
  const origins = endpoints.map(
    (each) => `http://${each.host.includes(':') ? `[${each.host}]` : each.host}:${each.port}`,
  );
  return {
    location: { kind: 'service', origins, path: document.path },
    // The endpoint decides, which may be the cluster's own.
    isRemote: endpoints.some((each) => each.isRemote === true),
  };
}
