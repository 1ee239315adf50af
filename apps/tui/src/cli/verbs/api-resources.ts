import { apiVersionOf } from '@portolan/resources/kinds/registry';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import type { Column } from '@portolan/console/kinds/kind';
import { kubernetesKinds, shortNamesOf } from '../find-kind.ts';
import { print } from '../../terminal/io.ts';
import { Table } from '../table.ts';
import { plainTheme } from '../plain-theme.ts';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

interface Row {
  readonly name: string;
  readonly shortNames: readonly string[];
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly kind: string;
}

const columns: readonly Column<Row>[] = [
  { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name },
  { id: 'short', title: 'SHORTNAMES', type: 'text', value: (row) => row.shortNames.join(',') },
  { id: 'version', title: 'APIVERSION', type: 'text', value: (row) => row.apiVersion },
  { id: 'namespaced', title: 'NAMESPACED', type: 'text', value: (row) => row.namespaced },
  { id: 'kind', title: 'KIND', type: 'text', value: (row) => row.kind },
];

export const apiResourcesVerb: Verb = {
  usage: '',
  details:
    'Portolan’s own kinds come first. `portolan explain KIND` describes the fields of the Kubernetes kinds it defines.',
  examples: ['portolan api-resources', 'portolan api-resources -o name'],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['table', 'wide', 'name', 'json'],
      help: 'table, wide, name or json',
    },
    'api-group': { type: 'string', value: 'GROUP', help: 'only kinds of this group, such as hub.traefik.io' },
    'no-headers': { type: 'boolean', help: 'omit the header line' },
  },
  run(args, io) {
    const group = args.text('api-group');
    const rows = [
      ...(group === undefined ? ownRows() : []),
      ...kubernetesRows().filter((row) => group === undefined || row.apiVersion.startsWith(`${group}/`)),
    ];
    if (printDocument(io, args, rows)) return Promise.resolve(0);
    if (args.text('output') === 'name') print(io, rows.map(({ name }) => name).join('\n'));
    else {
      const hasHead = !args.has('no-headers');
      print(io, new Table({ columns, theme: plainTheme(io), now: Date.now(), hasHead }).add(rows).join('\n'));
    }
    return Promise.resolve(0);
  },
};

function ownRows(): readonly Row[] {
  return allKinds.map(({ name, singular, aliases }) => ({
    name,
    shortNames: [...shortNamesOf(name), ...aliases.filter((one) => one !== singular)],
    apiVersion: 'portolan',
    namespaced: false,
    kind: singular,
  }));
}

function kubernetesRows(): readonly Row[] {
  return kubernetesKinds.map((info) => ({
    name: info.plural,
    shortNames: shortNamesOf(info.kind),
    apiVersion: apiVersionOf(info),
    namespaced: info.scope === 'Namespaced',
    kind: info.kind,
  }));
}
