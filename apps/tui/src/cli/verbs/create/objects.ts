import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { parseLabels } from '@portolan/console/actions/manifests';
import { usageFailure } from '@portolan/console/failure';
import { clusterFlag, dryRunFlag, platformFlags, resultOutputFlag } from '../../flags.ts';
import { createObjects } from '../../create-objects.ts';
import { listOf, oneWord } from '../../read-words.ts';
import type { Arguments, Flags, Verb } from '../../verb.ts';

const GROUP_VERSION = 'hub.traefik.io/v1alpha1';
const NAMESPACE_DEFAULT = 'default';

const namespaceFlag: Flags = {
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAME',
    help: `namespace of the object; ${NAMESPACE_DEFAULT} by default`,
  },
};
const labelFlag: Flags = {
  label: { type: 'string', short: 'l', multiple: true, value: 'KEY=VALUE', help: 'label; repeat for more' },
};
const common: Flags = { ...labelFlag, ...clusterFlag, ...dryRunFlag, ...resultOutputFlag, ...platformFlags };
const groupFlag: Flags = {
  group: {
    type: 'string',
    short: 'g',
    multiple: true,
    value: 'NAME',
    complete: { of: 'groups' },
    help: 'group it applies to; repeat, or separate by commas',
  },
};
const apiFlag: Flags = {
  api: {
    type: 'string',
    multiple: true,
    value: 'NAMESPACE/NAME',
    complete: { of: 'apis' },
    help: 'API it applies to; repeat, or separate by commas',
  },
};

export const createApiVerb: Verb = {
  usage: 'NAME --path PATH --service NAME --port PORT',
  examples: [
    'portolan create api flights -n airline --path /flights --service flights --port http',
    'portolan create api flights --path /flights --service flights --port 80 --dry-run=client -o yaml > flights.yaml',
  ],
  flags: {
    path: { type: 'string', value: 'PATH', help: 'path under which it is served' },
    service: {
      type: 'string',
      value: 'NAME',
      help: 'Service that serves it, in the same namespace; the name of the API by default',
    },
    port: {
      type: 'string',
      value: 'PORT',
      help: 'name or number of the port of the Service; 80 by default',
    },
    'openapi-path': { type: 'string', value: 'PATH', help: 'path of the OpenAPI document on the Service' },
    'openapi-url': { type: 'string', value: 'URL', help: 'URL of the OpenAPI document' },
    ...namespaceFlag,
    ...common,
  },
  run(args, io) {
    const name = oneWord(args, 'name', 'portolan create api NAME --path PATH --service NAME --port PORT');
    const port = args.text('port') ?? '80';
    const [path, url] = [args.text('openapi-path'), args.text('openapi-url')];
    const document = { ...(path === undefined ? {} : { path }), ...(url === undefined ? {} : { url }) };
    const spec = {
      pathPrefix: needed(args, 'path', 'path'),
      service: {
        name: args.text('service') ?? name,
        port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port },
        ...(Object.keys(document).length === 0 ? {} : { openApiSpec: document }),
      },
    };
    return createObjects(args, io, [objectOf('API', name, args, { spec, namespace: namespaceOf(args) })]);
  },
};

export const createAccessVerb: Verb = {
  usage: 'NAME --group NAME --api NAMESPACE/NAME',
  details: 'It takes effect once an APIGateway lists it; `portolan grant` does both.',
  examples: ['portolan create apiaccess crew-flights --group crew --api airline/flights'],
  flags: {
    ...groupFlag,
    'any-group': { type: 'boolean', help: 'everyone who is signed in' },
    ...apiFlag,
    ...common,
  },
  run(args, io) {
    const name = oneWord(args, 'name', 'portolan create apiaccess NAME --group NAME --api NAMESPACE/NAME');
    const groups = listOf(args, 'group');
    if (groups.length === 0 && !args.has('any-group'))
      throw usageFailure('The group is missing.', 'Pass --group NAME, or --any-group.');
    const spec = { ...(args.has('any-group') ? { anyGroups: true } : { groups }), apis: apisOf(args) };
    return createObjects(args, io, [objectOf('APIAccess', name, args, { spec })]);
  },
};

export const createRateLimitVerb: Verb = {
  usage: 'NAME --limit N --period TIME --api NAMESPACE/NAME',
  examples: [
    'portolan create apiratelimit crew-flights --limit 100 --period 1m --group crew --api airline/flights',
  ],
  flags: {
    limit: { type: 'string', value: 'N', help: 'number of calls' },
    period: { type: 'string', value: 'TIME', help: 'period of the limit, such as 1s or 1m; 1s by default' },
    ...groupFlag,
    'any-group': { type: 'boolean', help: 'everyone (default without --group)' },
    ...apiFlag,
    ...common,
  },
  run(args, io) {
    const name = oneWord(args, 'name', 'portolan create apiratelimit NAME --limit N --api NAMESPACE/NAME');
    const limit = Number(needed(args, 'limit', 'limit'));
    if (!Number.isInteger(limit) || limit < 1)
      throw usageFailure(
        `--limit cannot be "${args.text('limit') ?? ''}".`,
        'Use a whole number of at least 1.',
      );
    const groups = listOf(args, 'group');
    const period = args.text('period');
    const spec = {
      limit,
      ...(period === undefined ? {} : { period }),
      ...(groups.length > 0 ? { groups } : { anyGroups: true }),
      apis: apisOf(args),
    };
    return createObjects(args, io, [objectOf('APIRateLimit', name, args, { spec })]);
  },
};

export const createGatewayVerb: Verb = {
  usage: 'NAME [--access NAME]…',
  examples: ['portolan create apigateway edge --access crew-flights,support'],
  flags: {
    access: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      complete: { of: 'APIAccess' },
      help: 'APIAccess it serves; repeat, or separate by commas',
    },
    domain: { type: 'string', multiple: true, value: 'NAME', help: 'custom domain; repeat for more' },
    ...common,
  },
  run(args, io) {
    const name = oneWord(args, 'name', 'portolan create apigateway NAME --access NAME');
    const domains = listOf(args, 'domain');
    const spec = {
      apiAccesses: listOf(args, 'access'),
      ...(domains.length === 0 ? {} : { customDomains: domains }),
    };
    return createObjects(args, io, [objectOf('APIGateway', name, args, { spec })]);
  },
};

function objectOf(
  kind: string,
  name: string,
  args: Arguments,
  { spec, namespace }: { spec: object; namespace?: string },
): KubernetesObject {
  const given = listOf(args, 'label');
  const labels = given.length === 0 ? {} : parseLabels(given.join(','));
  return {
    apiVersion: GROUP_VERSION,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    },
    spec,
  };
}

function namespaceOf(args: Arguments): string {
  return args.text('namespace') ?? NAMESPACE_DEFAULT;
}

function apisOf(args: Arguments) {
  const apis = listOf(args, 'api').map((text) => {
    const [name = '', namespace = NAMESPACE_DEFAULT] = text.split('/').toReversed();
    return { name, namespace };
  });
  if (apis.length === 0) throw usageFailure('The API is missing.', 'Pass it with --api NAMESPACE/NAME.');
  return apis;
}

function needed(args: Arguments, flag: string, what: string): string {
  const text = args.text(flag);
  if (text === undefined) throw usageFailure(`The ${what} is missing.`, `Pass it with --${flag}.`);
  return text;
}
