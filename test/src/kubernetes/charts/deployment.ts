import { z } from 'zod';

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        serviceAccountName: z.string(),
        securityContext: z.object({ runAsUser: z.number() }),
        containers: z.tuple([
          z.object({
            args: z.array(z.string()),
            env: z.array(
              z.object({
                name: z.string(),
                value: z.string().optional(),
                valueFrom: z.object({ fieldRef: z.object({ fieldPath: z.string() }) }).optional(),
              }),
            ),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
        volumes: z.array(
          z.object({
            name: z.string(),
            emptyDir: z.object({}).optional(),
            secret: z
              .object({
                secretName: z.string(),
                items: z.array(z.object({ key: z.string(), path: z.string() })),
              })
              .optional(),
          }),
        ),
      }),
    }),
  }),
});

/** What the kubelet would start for a Deployment. */
export interface Container {
  readonly account: string;
  readonly user: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Empty directories, by path. */
  readonly emptyDirs: readonly string[];
  /** Keys of Secrets, by the path of the file. */
  readonly secretFiles: Readonly<Record<string, { readonly secret: string; readonly key: string }>>;
}

/** Reads the only container of a Deployment, with the fields of a pod of a given name for its environment. */
export function readContainer(
  json: string,
  pod: { readonly name: string; readonly namespace: string },
): Container {
  const { spec } = deployment.parse(JSON.parse(json)).spec.template;
  const [container] = spec.containers;
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': pod.name,
    'metadata.namespace': pod.namespace,
  };
  const mounted = container.volumeMounts.map(({ name, mountPath }) => ({
    mountPath,
    volume: spec.volumes.find((volume) => volume.name === name),
  }));
  return {
    account: spec.serviceAccountName,
    user: spec.securityContext.runAsUser,
    args: container.args,
    env: Object.fromEntries(
      container.env.map(({ name, value, valueFrom }) => [
        name,
        value ?? fields[valueFrom?.fieldRef.fieldPath ?? ''] ?? '',
      ]),
    ),
    emptyDirs: mounted.filter(({ volume }) => volume?.emptyDir).map(({ mountPath }) => mountPath),
    secretFiles: Object.fromEntries(
      mounted.flatMap(({ mountPath, volume }) =>
        (volume?.secret?.items ?? []).map(({ key, path }) => [
          `${mountPath}/${path}`,
          { secret: volume?.secret?.secretName ?? '', key },
        ]),
      ),
    ),
  };
}
