import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import { isRecord } from '../../kinds/object.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** A version of a classic API. */
export interface TykVersion {
  readonly name: string;
  /** What asks for it: the first segment of the path, a header or query parameter, or nothing. */
  readonly condition: 'path' | { readonly location: 'header' | 'query'; readonly key: string } | null;
  readonly isStripped: boolean;
  /** Target of its own. */
  readonly url: string | null;
  readonly middlewares: readonly MiddlewareSpecObject[];
}

/** Parts of `extended_paths` that let fewer requests through. */
const RESTRICTING = [
  'white_list',
  'black_list',
  'validate_json',
  'validate_request',
  'size_limits',
  'rate_limit',
];

/** Returns the versions of an API; null when one restricts requests in a way that is not imported. */
export function readTykVersions(map: SourceMap, losses: Losses): readonly TykVersion[] | null {
  const definition = map.map('definition');
  const data = map.map('version_data');
  const location = definition?.text('location') ?? 'header';
  const key = definition?.text('key') ?? 'version';
  const stripsPath = definition?.flag('strip_path') ?? definition?.flag('strip_versioning_data') ?? false;
  definition?.skip(
    'enabled',
    'name',
    'default',
    'versions',
    'url_versioning_pattern',
    'fallback_to_default',
    'strip_path',
    'strip_versioning_data',
  );
  const isVersioned = data?.flag('not_versioned') === false;
  const first = data?.text('default_version') ?? '';
  const versions = data?.entries('versions') ?? [];
  const used = isVersioned ? versions : versions.slice(0, 1);
  for (const [, unused] of isVersioned ? [] : versions.slice(1)) unused.skipAll();
  if (used.length === 0) return [PLAIN];
  const read: TykVersion[] = [];
  for (const [name, version] of used) {
    const restricting = restrictionOf(version);
    if (restricting !== null) {
      losses.add('withheld', restricting, 'restricts some paths, which is not imported');
      return null;
    }
    const expires = version.text('expires') ?? '';
    if (expires !== '' && expires !== 'never') {
      losses.add('withheld', version.at('expires'), 'versions do not expire here: the version is left out');
      version.skipAll();
      continue;
    }
    const made = readVersion(name, version);
    if (!isVersioned) return [{ ...made, name: '', condition: null, isStripped: false }];
    const isPath = location === 'url';
    const asked = isPath ? 'path' : ({ location: location === 'header' ? 'header' : 'query', key } as const);
    read.push({ ...made, condition: asked, isStripped: isPath && stripsPath });
    if (name === first)
      read.push({ ...made, name: `${name} by default`, condition: null, isStripped: false });
  }
  return read;
}

const PLAIN: TykVersion = { name: '', condition: null, isStripped: false, url: null, middlewares: [] };

function restrictionOf(version: SourceMap): string | null {
  const paths = version.value['extended_paths'];
  if (!isRecord(paths)) return null;
  const found = RESTRICTING.find((key) => {
    const list = paths[key];
    return Array.isArray(list) && list.some((entry) => !isRecord(entry) || entry['disabled'] !== true);
  });
  return found === undefined ? null : `${version.at('extended_paths')}.${found}`;
}

function readVersion(name: string, map: SourceMap): TykVersion {
  map.skip(
    'name',
    'expires',
    'paths',
    'use_extended_paths',
    'ignore_endpoint_case',
    'global_response_headers_disabled',
    'global_headers_disabled',
  );
  const target = map.text('override_target') ?? '';
  const size = map.number('global_size_limit') ?? 0;
  const request = headersOf(map, 'global_headers', 'global_headers_remove');
  const response = headersOf(map, 'global_response_headers', 'global_response_headers_remove');
  const isGiven = (fields: object) => Object.keys(fields).length > 0;
  return {
    name,
    condition: null,
    isStripped: false,
    url: target === '' ? null : target,
    middlewares: [
      ...(size > 0 ? [{ buffering: { maxRequestBodyBytes: size } }] : []),
      ...(isGiven(request) ? [{ headers: { customRequestHeaders: request } }] : []),
      ...(isGiven(response) ? [{ headers: { customResponseHeaders: response } }] : []),
    ],
  };
}

function headersOf(map: SourceMap, set: string, remove: string): Readonly<Record<string, string>> {
  const removed = (map.texts(remove) ?? []).map((name) => [name, ''] as const);
  return { ...Object.fromEntries(removed), ...map.textMap(set) };
}
