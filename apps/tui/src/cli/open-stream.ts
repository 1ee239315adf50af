import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { errorBody } from '@portolan/contract/errors';
import { PlatformError, unreachable } from '@portolan/contract/client';
import type { RouteDefinition } from '@portolan/contract/route';
import { Failure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';

/** Yields the lines of a route that answers a stream, as they arrive. */
export async function* streamLines(
  { client, workspace }: Session,
  route: RouteDefinition,
): AsyncGenerator<string> {
  const { baseUrl, token } = client.options;
  const url = baseUrl.replace(/\/$/, '') + route.path.replace('{workspace}', encodeURIComponent(workspace));
  const response = await fetch(url, { headers: { authorization: `Bearer ${token ?? ''}` } }).catch(
    (cause: unknown) => {
      throw unreachable(baseUrl, cause);
    },
  );
  if (!response.ok || !response.body) {
    const parsed = errorBody.safeParse(await response.json().catch(() => null));
    throw parsed.success
      ? new PlatformError(parsed.data.error, response.status, parsed.data.error.fields)
      : new Failure(`The platform responded with ${response.status}.`, 'Try again.');
  }
  try {
    yield* createInterface({ input: Readable.fromWeb(response.body), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw unreachable(baseUrl, cause);
  }
}
