import type { Limit, Route } from '../model/model.ts';
import type { PlanTerms } from '../model/plan.ts';
import type { ObjectRef } from '../model/object-ref.ts';

/** What became of a request and why. Holds no secret of the route, so it can be shown and sent. */
export interface Decision {
  /** 200 stands for "forwarded". */
  readonly status: number;
  readonly verdict: 'allow' | 'refuse';
  readonly route: { readonly id: string; readonly kind: Route['kind']; readonly owner: ObjectRef } | null;
  readonly api: ObjectRef | null;
  readonly version: ObjectRef | null;
  readonly operation: { readonly method: string; readonly path: string } | null;
  /** The access that let the caller through. */
  readonly grant: ObjectRef | null;
  readonly limit: Limit | null;
  /** What the plan of the grant counts the request by. */
  readonly terms: PlanTerms | null;
  /** Services the request may go to, as `namespace/name:port`. */
  readonly target: readonly string[];
  /** Empty unless an explanation was asked for. */
  readonly reasons: readonly Reason[];
}

export type Step =
  | 'request'
  | 'host'
  | 'gateway'
  | 'collection'
  | 'api'
  | 'version'
  | 'route'
  | 'policy'
  | 'operation'
  | 'credential'
  | 'groups'
  | 'access'
  | 'limit'
  | 'plan'
  | 'upstream';

/** One step of the walk; the first that is not ok is the refusal and the last of the walk. */
export interface Reason {
  readonly step: Step;
  readonly ok: boolean;
  readonly text: string;
  readonly object?: ObjectRef;
  /** What would have to change. */
  readonly fix?: string;
  /** Who may change it. */
  readonly who?: string;
}
