/** One step of a documented provisioning sequence. `{user}`, `{group}` and `{other}` are ids of earlier responses. */
export interface DocumentedRequest {
  readonly source: string;
  readonly title: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  /** Part of the response body. */
  readonly response?: unknown;
  /** Name under which the id of the response is kept. */
  readonly keep?: 'user' | 'group' | 'other';
}
