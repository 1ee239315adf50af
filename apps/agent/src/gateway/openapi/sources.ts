import type { Model } from '@portolan/resources/model/model';
import { type KubernetesObject, objectKey } from '@portolan/resources/kinds/object';
import { z } from 'zod';
import type { DocumentSource } from './documents.ts';

/** The part of API and APIVersion that says where the document is; objects reach this point validated. */
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

/** Where the OpenAPI documents of the APIs and APIVersions among `objects` are, given the Services of the model in force. */
export function documentSources(objects: Iterable<KubernetesObject>, model: Model): DocumentSource[] {
  const sources: DocumentSource[] = [];
  for (const object of objects) {
    if (object.kind !== 'API' && object.kind !== 'APIVersion') continue;
    const parsed = shape.safeParse(object);
    if (!parsed.success) continue;
    const namespace = object.metadata.namespace ?? 'default';
    const location = locationOf(parsed.data.spec.service, namespace, model);
    if (location === null) continue;
    sources.push({
      key: objectKey(object),
      kind: object.kind,
      namespace,
      name: object.metadata.name,
      location,
    });
  }
  return sources;
}

function locationOf(service: Spec, namespace: string, model: Model): DocumentSource['location'] | null {
  const { openApiSpec, port: wanted } = service;
  if (openApiSpec?.url !== undefined) return { kind: 'url', url: openApiSpec.url };
  if (openApiSpec?.path === undefined) return null;
  const ports = model.services.get(`${namespace}/${service.name}`)?.ports ?? [];
  const port = ports.find((each) =>
    wanted.name === undefined ? each.port === wanted.number : each.name === wanted.name,
  );
  const origins = (port?.endpoints ?? []).map(
    (each) => `http://${each.host.includes(':') ? `[${each.host}]` : each.host}:${each.port}`,
  );
  return { kind: 'service', origins, path: openApiSpec.path };
}
