import { dictionary } from '@portolan/contract/dictionary';
import { listKinds } from '@portolan/resources/kinds/registry';
import type { KindInfo } from '@portolan/resources/kinds/kind-info';
import { usageFailure } from '@portolan/console/failure';
import { didYouMean } from './did-you-mean.ts';
import { allKinds, findKindByName } from '@portolan/console/kinds/all-kinds';
import { apis } from '@portolan/console/kinds/apis';
import type { Kind } from '@portolan/console/kinds/kind';
import { resources } from '@portolan/console/kinds/resources';

/** What a word like `users`, `Ingress` or `apiaccesses.hub.traefik.io` names. */
export interface Asked {
  readonly kind: Kind;
  /** Of a Kubernetes kind: what it is, for its rows are resources. */
  readonly info: Pick<KindInfo, 'kind' | 'group'> | null;
  /** How one of it is called. */
  readonly what: string;
}

/** Short names of kinds, as `kubectl api-resources` lists them for its own. */
const SHORT = dictionary<string>({
  us: 'users',
  gr: 'groups',
  cl: 'clusters',
  pb: 'problems',
  svc: 'Service',
  ing: 'Ingress',
  ns: 'Namespace',
  no: 'Node',
  po: 'Pod',
  cm: 'ConfigMap',
  sa: 'ServiceAccount',
  ep: 'Endpoints',
  deploy: 'Deployment',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  rs: 'ReplicaSet',
  acp: 'AccessControlPolicy',
  edgeing: 'EdgeIngress',
});

/** Every Kubernetes kind there are objects of, each once whatever its generation. */
export const kubernetesKinds: readonly KindInfo[] = [
  ...new Map(
    [...listKinds('v3'), ...listKinds('v2')].map((info) => [`${info.kind}.${info.group}`, info]),
  ).values(),
];

/** Short names of a kind, by its own name. */
export function shortNamesOf(name: string): readonly string[] {
  return Object.entries(SHORT).flatMap(([short, meant]) => (meant === name ? [short] : []));
}

/** Returns the kind a person names, in singular, plural, any case, short, or with its group. */
export function findKind(word: string): Asked {
  const wanted = (SHORT[word.toLowerCase()] ?? word).toLowerCase();
  const kind = findKindByName(wanted);
  if (kind !== null) return { kind, info: infoOf(kind), what: kind.singular };
  const info = kubernetesKinds.find((one) => namesOf(one).includes(wanted));
  if (info !== undefined) return { kind: resources, info, what: info.kind };
  // A kind nothing is known about may be reported all the same.
  if (/^[A-Z][A-Za-z0-9]+$/.test(word))
    return { kind: resources, info: { kind: word, group: '' }, what: word };
  throw unknownKind(word);
}

function infoOf(kind: Kind): KindInfo | null {
  return kind.name === apis.name ? (kubernetesKinds.find((one) => one.kind === 'API') ?? null) : null;
}

function namesOf({ kind, plural, group, versions }: KindInfo): readonly string[] {
  const singular = kind.toLowerCase();
  const full = [`.${group}`, ...versions.map((version) => `.${version}.${group}`)];
  return [singular, plural, `${singular}s`].flatMap((name) => [name, ...full.map((tail) => name + tail)]);
}

function unknownKind(word: string) {
  const names = [
    ...allKinds.flatMap((one) => [one.name, one.singular]),
    ...kubernetesKinds.flatMap((one) => [one.kind, one.plural]),
  ];
  return usageFailure(`There is no kind "${word}".`, `${didYouMean(word, names)}See: portolan api-resources`);
}
