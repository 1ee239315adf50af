import { useState } from 'react';
import { Button } from '@portolan/ui/button';
import { Select } from '@portolan/ui/select';
import { useNow } from '../../data/times.ts';
import { MetricCharts } from './metric-charts.tsx';
import { RANGES, spanOf } from './ranges.ts';

interface Measured {
  readonly namespace: string;
  readonly name: string;
}

/** The figures of one API over time. */
export function ApiMetrics({ row }: { readonly row: unknown }) {
  // The tab is listed for APIs alone.
  const { namespace, name } = row as Measured;
  const [range, setRange] = useState('30m');
  const [marked, setMarked] = useState<readonly [number, number] | null>(null);
  const span = spanOf(range, marked, useNow());
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2">
        <Select
          label="Time range"
          value={range}
          onChange={setRange}
          options={RANGES.map(({ id, label }) => ({ value: id, label }))}
        />
        {marked !== null && <Button onClick={() => setMarked(null)}>Leave the marked part</Button>}
      </div>
      <MetricCharts
        watched={{ kind: 'api', namespace, name }}
        span={span}
        onSelect={(from, to) => setMarked([from, to])}
      />
    </div>
  );
}
