import { getResource, type ApiView, type Resource } from '@portolan/contract/resources';
import { usageFailure } from '@portolan/console/failure';
import type { Column, Session } from '@portolan/console/kinds/kind';
import { isObjectRow, nameOf } from './find-rows.ts';
import type { Asked } from './find-kind.ts';
import { print, printData, write, writeData, type Io } from '../terminal/io.ts';
import { Table } from './table.ts';
import { plainTheme } from './plain-theme.ts';
import type { Arguments } from './verb.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

/** Writes rows in the format asked for, page by page. */
export interface Printer {
  add(rows: readonly unknown[]): Promise<void>;
  end(): Promise<void>;
}

export interface PrintOptions {
  readonly asked: Asked;
  /** Whether one object was asked for by its name: data is that object and no list. */
  readonly isOne: boolean;
}

export function createPrinter(io: Io, args: Arguments, session: Session, options: PrintOptions): Printer {
  const output = args.text('output') ?? 'table';
  const { kind, info, what } = options.asked;
  const objects = (rows: readonly unknown[]) =>
    info === null ? Promise.resolve(rows) : mapOrdered(rows, (row) => readObject(session, row));
  if (output === 'name')
    return eachPage((rows) =>
      printData(io, rows.map((row) => `${kindWord(row, what)}/${nameOf(kind, row)}`).join('\n')),
    );
  if (output === 'json' || output === 'yaml') return dataPrinter(io, output, objects, options);
  if (output.startsWith('jsonpath=')) return templatePrinter(io, output.slice(9), objects, options);
  const columns = output.startsWith('custom-columns=')
    ? null
    : kind.columns.filter((column) => output === 'wide' || column.wide !== true);
  const own = columns === null ? null : [...columns, ...(args.has('show-labels') ? [labelColumn] : [])];
  return tablePrinter(io, args, {
    columns: () => (own === null ? customColumns(output.slice(15)) : Promise.resolve(own)),
    rows: own === null ? objects : (rows) => Promise.resolve(rows),
  });
}

/** Lists of all kinds name each by its own. */
function kindWord(row: unknown, what: string): string {
  const own = isObjectRow(row) && 'kind' in row ? String(row.kind) : what;
  return own.toLowerCase();
}

const labelColumn: Column<unknown> = {
  id: 'labels',
  title: 'LABELS',
  type: 'text',
  value: (row) =>
    Object.entries((row as Partial<Resource>).labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>',
};

function eachPage(show: (rows: readonly unknown[]) => void): Printer {
  return {
    add(rows) {
      if (rows.length > 0) show(rows);
      return Promise.resolve();
    },
    end: () => Promise.resolve(),
  };
}

type Read = (rows: readonly unknown[]) => Promise<readonly unknown[]>;

function tablePrinter(
  io: Io,
  args: Arguments,
  source: { columns: () => Promise<readonly Column<unknown>[]>; rows: Read },
): Printer {
  let table: Table<unknown> | null = null;
  return {
    async add(rows) {
      if (rows.length === 0) return;
      table ??= new Table({
        columns: await source.columns(),
        theme: plainTheme(io),
        now: Date.now(),
        hasHead: !args.has('no-headers'),
      });
      print(io, table.add(await source.rows(rows)).join('\n'));
    },
    end: () => Promise.resolve(),
  };
}

/** `NAME:.metadata.name,GROUPS:.spec.groups`, as `kubectl -o custom-columns=` takes it. */
async function customColumns(text: string): Promise<readonly Column<unknown>[]> {
  const { findPath, textOf } = await import('./json-path.ts');
  return text.split(',').map((part) => {
    const [title = '', path, ...more] = part.split(':');
    if (title === '' || path === undefined || path === '' || more.length > 0)
      throw usageFailure(
        `"${part}" is not a column.`,
        'Use columns such as NAME:.metadata.name,TEAM:.metadata.labels.team',
      );
    return {
      id: title,
      title,
      type: 'text',
      value: (row) =>
        findPath(path.replace(/^\{(.*)\}$/, '$1'), row)
          .map(textOf)
          .join(',') || '<none>',
    };
  });
}

function templatePrinter(io: Io, template: string, read: Read, { isOne }: PrintOptions): Printer {
  const items: unknown[] = [];
  return {
    async add(rows) {
      items.push(...(await read(rows)));
    },
    async end() {
      const { fillTemplate } = await import('./json-path.ts');
      // As kubectl does, without a line break of its own: `$(portolan get … -o jsonpath=…)`.
      write(io, fillTemplate(template, isOne ? items[0] : { kind: 'List', items }));
    },
  };
}

/** Writes JSON and YAML item by item, so that long lists are never held in memory. */
function dataPrinter(io: Io, format: 'json' | 'yaml', read: Read, { isOne, asked }: PrintOptions): Printer {
  const isJson = format === 'json';
  let count = 0;
  const begin = () => {
    const version = asked.info === null ? {} : { apiVersion: 'v1' };
    const head = { ...version, kind: 'List' };
    const text = isJson
      ? `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "items": [`
      : `${formatYaml(head)}items:`;
    writeData(io, text);
  };
  return {
    async add(rows) {
      for (const item of await read(rows)) {
        if (isOne) printData(io, isJson ? JSON.stringify(item, null, 2) : formatYaml(item));
        else {
          if (count === 0) begin();
          const text = isJson ? indent(JSON.stringify(item, null, 2), '    ') : formatYaml([item]);
          writeData(io, isJson ? `${count === 0 ? '' : ','}\n${text}` : `${count === 0 ? '\n' : ''}${text}`);
        }
        count += 1;
      }
    },
    end() {
      if (isOne) return Promise.resolve();
      if (count === 0) begin();
      writeData(io, isJson ? (count === 0 ? ']\n}\n' : '\n  ]\n}\n') : count === 0 ? ' []\n' : '');
      return Promise.resolve();
    },
  };
}

function indent(text: string, by: string): string {
  return text.replace(/^/gm, by);
}

/** Returns the object behind a row, with what the platform adds in `status`. */
async function readObject({ client, workspace }: Session, row: unknown): Promise<unknown> {
  if (!isObjectRow(row)) return row;
  const query = { cluster: row.clusterId, key: row.key };
  const { object } = await client.call(getResource, { params: { workspace }, query });
  return { ...object, status: statusOf(row) };
}

function statusOf(row: object): Record<string, unknown> {
  const {
    key: _key,
    clusterId: _id,
    name: _name,
    namespace: _namespace,
    ...rest
  } = row as Partial<ApiView & Resource>;
  const { apiVersion: _version, kind: _kind, labels: _labels, pathPrefix: _path, ...status } = rest;
  return status;
}

const CONCURRENT = 8;

async function mapOrdered<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += CONCURRENT)
    done.push(...(await Promise.all(items.slice(at, at + CONCURRENT).map(map))));
  return done;
}
