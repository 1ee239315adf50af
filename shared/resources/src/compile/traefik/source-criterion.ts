import type { SourceCriterion } from '../../model/middleware.ts';
import { ipStrategyOf, type IpStrategyObject } from './ip-strategy.ts';

interface SourceCriterionObject {
  readonly ipStrategy?: IpStrategyObject | undefined;
  readonly requestHeaderName?: string | undefined;
  readonly requestHost?: boolean | undefined;
}

/** Returns what requests are counted by; null where nothing is set. */
export function sourceCriterionOf(criterion: SourceCriterionObject | undefined): SourceCriterion | null {
  if (criterion?.ipStrategy !== undefined) return { kind: 'ip', ip: ipStrategyOf(criterion.ipStrategy) };
  if (criterion?.requestHeaderName)
    return { kind: 'header', name: criterion.requestHeaderName.toLowerCase() };
  return criterion?.requestHost === true ? { kind: 'host' } : null;
}
