import type { OperationSlice } from '../../gateway/openapi/compile/compiled.ts';
import type { AdmittedOperation } from '../catalogue/rights.ts';
import type { VisibleVersion } from '../catalogue/visible.ts';
import type { RequestValues } from '../try-it/request-model.ts';
import type { TryResult } from '../try-it/try-result.ts';

/** What the page of an operation is made of. */
export interface OperationView {
  readonly visible: VisibleVersion;
  readonly operation: AdmittedOperation;
  readonly slice: OperationSlice;
  /** What the caller has filled in and sent, and what came back. */
  readonly tried: {
    readonly values: RequestValues;
    readonly result: TryResult;
    /** Name of the application it was sent as; empty: the user. */
    readonly sender: string;
  } | null;
}
