import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { Permission } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One HTTP operation. Server, client and OpenAPI document are all derived from the same definition. */
export interface RouteDefinition {
  readonly method: Method;
  /** OpenAPI path template; `{name}` segments are described by `params`. */
  readonly path: string;
  /**
   * Credential the caller must hold: a permission in the path's workspace, any session of an account, the session of a
   * user of APIs, an agent's own connection, an agent's token, a broker's secret, a SCIM token of the path's workspace, or none.
   */
  readonly permission:
    | Permission
    | 'signed-in'
    | 'user'
    | 'agent'
    | 'agent-token'
    | 'broker'
    | 'scim'
    | 'public';
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Largest body, before and after unpacking; 10 MiB if absent. */
  readonly bodyBytesMax?: number;
  /** Absent: 204, no content. */
  readonly response?: z.ZodType;
  /** Media type of an answer that is a stream instead of one JSON document. */
  readonly stream?: string;
  readonly status: 200 | 201 | 202 | 204;
  /** Errors of its own, beyond those any route can answer. */
  readonly errors?: readonly ErrorCode[];
}

/** Keeps the literal types of a route definition. */
export function defineRoute<const R extends RouteDefinition>(route: R): R {
  return route;
}

type Part<R, K extends 'params' | 'query' | 'body'> = R extends {
  readonly [P in K]: infer S extends z.ZodType;
}
  ? { readonly [P in K]: z.input<S> }
  : unknown;

/** What a caller of a route passes. */
export type RouteInput<R extends RouteDefinition> = Part<R, 'params'> & Part<R, 'query'> & Part<R, 'body'>;

/** What a route answers, parsed. */
export type RouteOutput<R extends RouteDefinition> = R extends {
  readonly response: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;
