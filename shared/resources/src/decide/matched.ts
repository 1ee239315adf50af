import type { Route } from '../model/model.ts';
import type { Identity } from '../model/request.ts';
import type { RuleFacts } from '../rules/facts.ts';
import type { Decision } from './decision.ts';
import type { Router } from './router.ts';

/** A request that a route matched, and what it takes to explain the decision. */
export interface Matched {
  readonly router: Router;
  readonly route: Route;
  readonly facts: RuleFacts;
  readonly identity: Identity | null;
  readonly decision: Decision;
  /** The OpenAPI document of an API or APIVersion; null where there is none. */
  readonly documentOf: (key: string) => unknown;
}
