import { BlockList, isIP } from 'node:net';
import { regexFault } from '../../rules/regex.ts';
import type { Fault } from '../unit.ts';
import { durationFaults } from './duration.ts';
import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import type { IpStrategyObject } from './ip-strategy.ts';

/** What is wrong with a middleware by itself, beyond its shape. */
export function judgeMiddleware(spec: MiddlewareSpecObject): Fault[] {
  const kinds = Object.keys(spec);
  if (kinds.length !== 1) {
    const message =
      kinds.length === 0
        ? 'names no kind of middleware'
        : `names several kinds of middleware: ${kinds.join(', ')}`;
    return [
      {
        code: 'invalid',
        field: 'spec',
        message,
        fix: 'configure exactly one middleware per object, and combine them with chain',
      },
    ];
  }
  return [
    ...regexFaults(spec),
    ...durationsOf(spec),
    ...rangeFaults(spec),
    ...strategyFaults(spec),
    ...statusFaults(spec),
    ...compressFaults(spec),
  ];
}

function regexFaults(spec: MiddlewareSpecObject): Fault[] {
  const patterns: readonly (readonly [string, string | undefined])[] = [
    ...(spec.stripPrefixRegex?.regex ?? []).map(
      (regex, index) => [`spec.stripPrefixRegex.regex[${index}]`, regex] as const,
    ),
    ...(spec.headers?.accessControlAllowOriginListRegex ?? []).map(
      (regex, index) => [`spec.headers.accessControlAllowOriginListRegex[${index}]`, regex] as const,
    ),
    ['spec.replacePathRegex.regex', spec.replacePathRegex?.regex],
    ['spec.redirectRegex.regex', spec.redirectRegex?.regex],
    ['spec.forwardAuth.authResponseHeadersRegex', spec.forwardAuth?.authResponseHeadersRegex],
  ];
  return patterns.flatMap(([field, pattern]) => {
    const problem = pattern === undefined ? null : regexFault(pattern);
    if (problem === null) return [];
    return [
      {
        code: 'invalid',
        field,
        message: `bad regular expression: ${problem}`,
        fix: 'use RE2 syntax (no look-around, no back-references)',
      },
    ];
  });
}

function durationsOf({ rateLimit, retry, circuitBreaker }: MiddlewareSpecObject): Fault[] {
  return [
    ...durationFaults('spec.rateLimit.period', rateLimit?.period),
    ...durationFaults('spec.retry.initialInterval', retry?.initialInterval),
    ...durationFaults('spec.circuitBreaker.checkPeriod', circuitBreaker?.checkPeriod),
    ...durationFaults('spec.circuitBreaker.fallbackDuration', circuitBreaker?.fallbackDuration),
    ...durationFaults('spec.circuitBreaker.recoveryDuration', circuitBreaker?.recoveryDuration),
  ];
}

function rangeFaults({ ipAllowList, ipWhiteList }: MiddlewareSpecObject): Fault[] {
  const list = ipAllowList ?? ipWhiteList;
  if (list === undefined) return [];
  const field = `spec.${ipAllowList === undefined ? 'ipWhiteList' : 'ipAllowList'}.sourceRange`;
  if ((list.sourceRange ?? []).length === 0) {
    return [
      {
        code: 'invalid',
        field,
        message: 'lists no address',
        fix: 'list addresses or ranges such as 10.0.0.0/8',
      },
    ];
  }
  return faultsOfRanges(field, list.sourceRange ?? []);
}

function faultsOfRanges(field: string, ranges: readonly string[]): Fault[] {
  return ranges.flatMap((range, index) =>
    isRange(range)
      ? []
      : [
          {
            code: 'invalid',
            field: `${field}[${index}]`,
            message: `"${range}" is not an IP address or range`,
            fix: 'write an address or CIDR such as 10.0.0.0/8',
          },
        ],
  );
}

function strategyFaults(spec: MiddlewareSpecObject): Fault[] {
  return [
    ...ipStrategyFaults('spec.ipAllowList.ipStrategy', spec.ipAllowList?.ipStrategy),
    ...ipStrategyFaults('spec.ipWhiteList.ipStrategy', spec.ipWhiteList?.ipStrategy),
    ...sourceCriterionFaults('spec.rateLimit.sourceCriterion', spec.rateLimit?.sourceCriterion),
    ...sourceCriterionFaults('spec.inFlightReq.sourceCriterion', spec.inFlightReq?.sourceCriterion),
  ];
}

/** Returns what is wrong with what requests are counted by. */
export function sourceCriterionFaults(
  field: string,
  criterion: { readonly ipStrategy?: IpStrategyObject | undefined } | undefined,
): Fault[] {
  return ipStrategyFaults(`${field}.ipStrategy`, criterion?.ipStrategy);
}

function ipStrategyFaults(field: string, strategy: IpStrategyObject | undefined): Fault[] {
  const bits = strategy?.ipv6Subnet;
  const faults = faultsOfRanges(`${field}.excludedIPs`, strategy?.excludedIPs ?? []);
  if (bits === undefined || (bits > 0 && bits <= 128)) return faults;
  return [
    ...faults,
    {
      code: 'invalid',
      field: `${field}.ipv6Subnet`,
      message: `${bits} is not a valid IPv6 prefix length`,
      fix: 'write a number from 1 to 128, such as 64',
    },
  ];
}

function compressFaults({ compress }: MiddlewareSpecObject): Fault[] {
  const isBoth =
    (compress?.excludedContentTypes ?? []).length > 0 && (compress?.includedContentTypes ?? []).length > 0;
  if (!isBoth) return [];
  return [
    {
      code: 'invalid',
      field: 'spec.compress',
      message: 'excludedContentTypes and includedContentTypes are mutually exclusive',
      fix: 'keep one of them',
    },
  ];
}

function statusFaults({ errors }: MiddlewareSpecObject): Fault[] {
  return (errors?.status ?? []).flatMap((status, index) =>
    /^[1-5]\d\d(?:-[1-5]\d\d)?$/.test(status)
      ? []
      : [
          {
            code: 'invalid',
            field: `spec.errors.status[${index}]`,
            message: `"${status}" is not a status code or range`,
            fix: 'write 404 or 500-599',
          },
        ],
  );
}

function isRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(
      address,
      /^\d+$/.test(bits) ? Number(bits) : -1,
      family === 6 ? 'ipv6' : 'ipv4',
    );
    return true;
  } catch {
    return false;
  }
}
