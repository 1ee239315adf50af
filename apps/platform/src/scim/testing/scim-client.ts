import { createScimToken } from '@portolan/contract/scim-tokens';
import type { TestPlatform } from '../../testing/platform.ts';
import type { Attributes } from '../resource.ts';

/** Response of the SCIM endpoint. */
interface ScimResponse {
  readonly status: number;
  readonly body: Attributes;
  readonly headers: Headers;
}

export type ScimClient = (
  method: string,
  path: string,
  options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
) => Promise<ScimResponse>;

/** Creates a SCIM token of the first workspace, and returns a client that uses it. */
export async function createScimClient(portolan: TestPlatform, name = 'test'): Promise<ScimClient> {
  const params = { workspace: portolan.bootstrap.workspace };
  const { token, endpoint } = await portolan.owner.call(createScimToken, { params, body: { name } });
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${endpoint}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Attributes),
      headers: response.headers,
    };
  };
}
