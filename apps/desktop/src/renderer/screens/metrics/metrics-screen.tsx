import { SERIES_KINDS } from '@portolan/contract/telemetry';
import { apis } from '@portolan/console/kinds/apis';
import { Autocomplete } from '@portolan/ui/autocomplete';
import { Button } from '@portolan/ui/button';
import { Select } from '@portolan/ui/select';
import { z } from 'zod';
import { useNow } from '../../data/times.ts';
import { useRows } from '../../data/use-rows.ts';
import { useScreenSearch } from '../../frame/use-screen-search.ts';
import { useTitle } from '../../frame/use-title.ts';
import { MetricCharts } from './metric-charts.tsx';
import { RANGES, spanOf } from './ranges.ts';

const KIND_TITLES = {
  api: 'APIs',
  'api-version': 'API versions',
  'edge-ingress': 'Edge ingresses',
  ingress: 'Ingresses',
  service: 'Services',
} as const;

const search = z.object({
  range: z.string().optional().catch(undefined),
  kind: z.enum(SERIES_KINDS).catch('api'),
  name: z.string().optional().catch(undefined),
  from: z.number().optional().catch(undefined),
  until: z.number().optional().catch(undefined),
});

/** Figures over time, of everything that is measured. */
export function MetricsScreen() {
  useTitle('Metrics');
  const [{ range = '30m', kind, name = '', from, until }, change] = useScreenSearch(search);
  const now = useNow();
  const marked = from === undefined || until === undefined ? null : ([from, until] as const);
  const span = spanOf(range, marked, now);
  const [object = '', namespace] = name.split('/').toReversed();
  return (
    <div className="flex flex-col gap-4 p-4 md:p-6">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-xl font-semibold">Metrics</h1>
        <Select
          label="Of"
          value={kind}
          onChange={(next) => change({ kind: next, name: undefined })}
          options={SERIES_KINDS.map((value) => ({ value, label: KIND_TITLES[value] }))}
        />
        <NameFilter kind={kind} name={name} onChange={(next) => change({ name: next })} />
        {marked === null ? (
          <Select
            label="Time range"
            value={range}
            onChange={(next) => change({ range: next })}
            options={RANGES.map(({ id, label }) => ({ value: id, label }))}
          />
        ) : (
          <Button onClick={() => change({ from: undefined, until: undefined })}>Leave the marked part</Button>
        )}
      </header>
      <MetricCharts
        watched={{ kind, namespace, name: object === '' ? undefined : object }}
        span={span}
        onSelect={(start, end) => change({ from: Math.round(start), until: Math.round(end) })}
      />
    </div>
  );
}

interface NameFilterProps {
  readonly kind: string;
  readonly name: string;
  readonly onChange: (name: string) => void;
}

function NameFilter({ kind, name, onChange }: NameFilterProps) {
  const { rows } = useRows(
    apis,
    { filter: '', sort: 'name' },
    { isEnabled: kind === 'api', isPolled: false },
  );
  return (
    <div className="w-56">
      <Autocomplete
        aria-label="Namespace and name"
        placeholder="All; namespace/name"
        value={name}
        onChange={onChange}
        items={rows.map((api) => `${api.namespace}/${api.name}`)}
      />
    </div>
  );
}
