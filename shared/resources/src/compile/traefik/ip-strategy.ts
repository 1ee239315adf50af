import type { IpStrategy } from '../../model/middleware.ts';

export interface IpStrategyObject {
  readonly depth?: number | undefined;
  readonly excludedIPs?: readonly string[] | undefined;
  readonly ipv6Subnet?: number | undefined;
}

export function ipStrategyOf(object: IpStrategyObject | undefined): IpStrategy {
  return {
    depth: object?.depth ?? 0,
    excludedIPs: object?.excludedIPs ?? [],
    ipv6Subnet: object?.ipv6Subnet ?? null,
  };
}
