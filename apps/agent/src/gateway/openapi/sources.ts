import type { Model } from '@portolan/resources/model/model';
import { type KubernetesObject, objectKey } from '@portolan/resources/kinds/object';
import type { Origin } from '@portolan/resources/kinds/origin';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import { z } from 'zod';
import type { DocumentSource } from './document-source.ts';

/** The part of API and APIVersion that locates the document; objects are validated before. */
const shape = z.object({
  spec: z.object({
    service: z.object({
      name: z.string(),
      port: z.object({ name: z.string().optional(), number: z.number().optional() }),
      openApiSpec: z.object({ url: z.string().optional(), path: z.string().optional() }).optional(),
    }),
  }),
});

type Spec = z.infer<typeof shape>['spec']['service'];

/** Returns where the OpenAPI documents of the APIs and APIVersions among `objects` are, by the Services of the model. */
export function documentSources(objects: Iterable<SourcedObject>, model: Model): DocumentSource[] {
  const sources: DocumentSource[] = [];
  for (const { object, origin } of objects) {
    const service = serviceOf(object);
    if (service === null) continue;
    const namespace = object.metadata.namespace ?? 'default';
    const found = locate(service, namespace, { origin, model });
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
const services = new WeakMap<KubernetesObject, Spec | null>();

function serviceOf(object: KubernetesObject): Spec | null {
  if (object.kind !== 'API' && object.kind !== 'APIVersion') return null;
  let service = services.get(object);
  if (service === undefined) {
    const parsed = shape.safeParse(object);
    service = parsed.success ? parsed.data.spec.service : null;
    services.set(object, service);
  }
  return service;
}

function locate(
  service: Spec,
  namespace: string,
  { origin, model }: { readonly origin: Origin; readonly model: Model },
): Pick<DocumentSource, 'location' | 'isRemote'> | null {
  const { openApiSpec, port: wanted } = service;
  if (openApiSpec?.url !== undefined)
    return { location: { kind: 'url', url: openApiSpec.url }, isRemote: origin.kind === 'platform' };
  if (openApiSpec?.path === undefined) return null;
  const ports = model.services.get(`${namespace}/${service.name}`)?.ports ?? [];
  const port = ports.find((each) =>
    wanted.name === undefined ? each.port === wanted.number : each.name === wanted.name,
  );
  const endpoints = (port?.endpoints ?? []).filter(({ isDraining }) => isDraining !== true);
  const origins = endpoints.map(
    (each) => `http://${each.host.includes(':') ? `[${each.host}]` : each.host}:${each.port}`,
  );
  return {
    location: { kind: 'service', origins, path: openApiSpec.path },
    // The endpoint decides, which may be the cluster's own.
    isRemote: endpoints.some((each) => each.isRemote === true),
  };
}
