import type { Cluster } from '@portolan/contract/clusters';
import { formatAge } from '@portolan/console/kinds/format';
import { Card } from '@portolan/ui/card';
import { CodeBlock } from '@portolan/ui/code-block';
import { Tabs } from '@portolan/ui/tabs';
import { useState } from 'react';
import { useNow } from '../../data/times.ts';
import { shown } from '../../data/headings.ts';
import { useHost } from '../../host/host-context.tsx';

const PATIENCE_MS = 60_000;

const WAYS = [
  { id: 'kubeconfig', title: 'From this machine' },
  { id: 'files', title: 'Manifests in files' },
] as const;

/** A cluster whose agent has never connected: how it is started, and what to check when it takes long. */
export function WaitingCluster({ cluster }: { readonly cluster: Cluster }) {
  const { platform } = useHost();
  const [way, setWay] = useState<string>('kubeconfig');
  const now = useNow();
  return (
    <Card title={`Waiting for the agent of cluster ${shown(cluster.name)}`}>
      <p role="status" className="mb-3 text-muted">
        Enrolled {formatAge(cluster.createdAt, now)} ago. Start the agent with the token that was shown; this
        page changes by itself.
      </p>
      <Tabs tabs={WAYS} value={way} onChange={setWay} label="Ways to start the agent">
        <CodeBlock label="Command" text={commandOf(way, platform)} />
      </Tabs>
      {now - Date.parse(cluster.createdAt) > PATIENCE_MS && (
        <ul className="mt-3 list-disc pl-5 text-sm text-muted">
          <li>The token is of another cluster or was replaced: replace it in the actions of the cluster.</li>
          <li>The machine of the agent cannot reach {platform}: try it with curl there.</li>
          <li>The log of the agent names everything else.</li>
        </ul>
      )}
    </Card>
  );
}

function commandOf(way: string, platform: string): string {
  const source =
    way === 'files' ? '--resources ./manifests' : '--kubeconfig ~/.kube/config --state-dir ./state';
  return `PORTOLAN_TOKEN=TOKEN npx portolan-agent --platform ${platform} ${source}`;
}
