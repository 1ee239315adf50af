/** What facts about generation v2 say beyond single objects, and the test that shows it. */
export interface ShownBehaviour {
  readonly fact: string;
  readonly file: string;
  readonly test: string;
}

const api = 'compile/hub/v2/api.test.ts';
const policy = 'compile/hub/access-policy.test.ts';
const rights = 'decide/reaches.test.ts';
const decide = 'decide/decide.test.ts';
const check = 'check/check.test.ts';
const compiler = 'compile/compiler.test.ts';
const incremental = 'compile/incremental.test.ts';

export const shownBehaviours: readonly ShownBehaviour[] = [
  shown(
    '§1.1 kinds, plurals, scopes, printer columns',
    'crds/crds.test.ts',
    'has the kinds, scopes and printer columns of the vendor',
  ),
  shown('§1 names are RFC 1123 labels', 'validate/metadata.test.ts', 'refuses dots'),
  shown(
    '§1 namespaces are required on namespaced kinds',
    'validate/metadata.test.ts',
    'are required on namespaced kinds',
  ),
  shown('§1.2 each method of a policy', policy, "describe('methods'"),
  shown(
    '§1.2 a policy that is missing or does not load never opens a route',
    policy,
    'a policy that does not load closes its routes',
  ),
  shown(
    '§1.3 EdgeIngress answers on its domains',
    policy,
    'answers on its generated and verified domains, and not before it has one',
  ),
  shown(
    '§1.4 a versioned API, its current version',
    api,
    'names a current version that does not exist, and versions that claim the same requests',
  ),
  shown(
    '§1.5, §2.7 versions by path, header, query and media type; one without routes catches all',
    api,
    'routes by path, header, query and media type, and to the version without routes otherwise',
  ),
  shown('§2.7 currentVersion does not route', api, 'answers nothing that no version claims'),
  shown('§1.6 operation sets and filters; absent opens all, empty none', decide, 'gw.test/flights/42'),
  shown(
    '§1.6, §2.4 several accesses are a union',
    rights,
    'are a union: another access never takes a right away',
  ),
  shown(
    '§2.4 several groups are a union',
    rights,
    'are a union over groups: another membership never takes a right away',
  ),
  shown('§2.4 nobody who is not known has rights', rights, 'are never anybody’s who is not known'),
  shown(
    '§1.7, §2.4 an access that no gateway lists has no effect',
    api,
    'serves no API that no gateway lists an access to',
  ),
  shown(
    '§1.8, §1.22 directly and through a collection',
    api,
    'serves an API directly and through a collection when both are granted',
  ),
  shown('§1.8 a collection without prefix', api, 'gives the API its own prefix when the collection has none'),
  shown(
    '§1.8 a collection holds APIs of any namespace',
    api,
    'finds an API of another namespace for a collection, and its Service in that namespace',
  ),
  shown(
    '§1.9 every domain of every gateway',
    api,
    'serves every domain of every gateway, and unites gateways that share one',
  ),
  shown(
    '§1.11, §2.5 a limit that names a group precedes the default',
    rights,
    'that name a group of the caller go before those for everybody',
  ),
  shown('§1.11, §2.5 the strictest of one group', rights, 'of one group: the strictest counts'),
  shown(
    '§1.11, §2.5 the most favourable of several groups',
    rights,
    'of several groups: the most favourable counts',
  ),
  shown(
    '§1.22 composed prefixes are stripped, the route prefix with stripPathPrefix',
    rights,
    'strips what composition put before a path',
  ),
  shown('§1.22 longer composed paths first', api, 'prefers the longer composed path'),
  shown(
    '§1.22 rights to one composed path are united',
    api,
    'unites the rights of several accesses to one composed path in one route',
  ),
  shown('§1.23 references that miss are warnings', check, 'missing references of generation v2'),
  shown('§2.1 order of decisions: 404, 401, 403, 429, upstream', decide, "describe('verdicts'"),
  shown(
    '§2.1 the explanation agrees with the verdict',
    rights,
    'agree with the verdict, and end where it was refused',
  ),
  shown(
    'A broken object keeps its last valid version',
    compiler,
    'keeps the last valid version of an object that breaks, and says so',
  ),
  shown(
    'Incremental compilation equals compiling anew',
    incremental,
    'gives after any changes what compiling everything anew gives, and so does the router',
  ),
];

function shown(fact: string, file: string, test: string): ShownBehaviour {
  return { fact, file: `shared/resources/src/${file}`, test };
}
