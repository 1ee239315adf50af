import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const event = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      apiGroup: z.string().default(''),
      resource: z.string().default(''),
      subresource: z.string().optional(),
      namespace: z.string().default(''),
      name: z.string().default(''),
    })
    .optional(),
  responseStatus: z.object({ code: z.number() }).optional(),
  requestURI: z.string(),
});

/** A request that the API server has seen. */
export interface SeenRequest {
  /** `VERB GROUP/RESOURCE`, with the subresource after a slash. */
  readonly right: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  readonly path: string;
}

/** Returns the requests of one user for objects, oldest first. */
export async function requestsOf(log: string, user: string): Promise<SeenRequest[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
  return lines
    .map((line) => event.parse(JSON.parse(line)))
    .filter(({ user: { username } }) => username === user)
    .flatMap(({ verb, objectRef, responseStatus, requestURI }) => {
      if (objectRef === undefined || objectRef.resource === '') return [];
      const { apiGroup, resource, subresource, namespace, name } = objectRef;
      const what = subresource === undefined ? resource : `${resource}/${subresource}`;
      return [
        {
          right: `${verb} ${apiGroup}/${what}`,
          namespace,
          name,
          code: responseStatus?.code ?? 0,
          path: requestURI,
        },
      ];
    });
}
