import { explainRequest } from '@portolan/contract/explain';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import { listBrokers, listTunnels } from '@portolan/contract/clusters';
import { curlLine, explanationBlocks } from '@portolan/console/kinds/explanation';
import { CodeBlock } from '@portolan/ui/code-block';
import { EmptyState } from '@portolan/ui/empty-state';
import { Skeleton } from '@portolan/ui/skeleton';
import { Tabs } from '@portolan/ui/tabs';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Route } from 'lucide-react';
import { useState } from 'react';
import { ErrorPanel } from '../data/error-panel.tsx';
import { BlockList } from '../details/block-view.tsx';
import { useTitle } from '../frame/use-title.ts';
import { useScreenSearch } from '../screens/use-screen-search.ts';
import { useSession } from '../session/session-context.tsx';
import { ExplainForm, type Call } from './explain-form.tsx';
import { FlowPicture } from './flow-picture.tsx';
import { flowOf } from './flow.ts';

/** Why a call is accepted or refused: its way from the caller to the service, and where it stops. */
export function ExplainPage() {
  useTitle('Explain a call');
  const search = useScreenSearch();
  // A key is never in an address.
  const [key, setKey] = useState('');
  const call: Call = {
    caller: key === '' ? search.get('user') : key,
    method: search.get('method') || 'GET',
    url: search.get('url'),
  };
  const ask = (next: Call) => {
    setKey(isKey(next.caller) ? next.caller : '');
    search.set({
      user: isKey(next.caller) ? '' : next.caller,
      method: next.method === 'GET' ? '' : next.method,
      url: next.url,
    });
  };
  return (
    <div className="flex flex-col gap-4 p-4 md:p-6">
      <h1 className="text-2xl font-semibold">Explain a call</h1>
      <ExplainForm start={call} onAsk={ask} />
      {call.url === '' ? (
        <EmptyState icon={<Route size={32} />} title="Would this call be let through?">
          Enter who calls what. Every step of the decision is shown, and nothing is sent to the service.
        </EmptyState>
      ) : (
        <Explained call={call} />
      )}
    </div>
  );
}

function isKey(caller: string): boolean {
  return caller.startsWith(`${SECRET_PREFIXES.apiKey}_`);
}

/** Changes of these may change the decision, which is then made again. */
const TOPICS = ['apis', 'resources', 'users', 'groups', 'keys', 'tunnels', 'brokers'] as const;

function useExplanation(call: Call) {
  const { client, workspace } = useSession();
  const { caller, method, url } = call;
  return useQuery({
    queryKey: ['explain', workspace, caller, method, url],
    queryFn: async ({ signal }) => {
      const params = { workspace };
      const who = isKey(caller) ? { user: null, key: caller } : { user: caller === '' ? null : caller };
      const body = { ...who, method, url };
      const [found, brokers, tunnels] = await Promise.all([
        client.call(explainRequest, { params, body }, signal),
        client.call(listBrokers, { params, query: { limit: 500 } }, signal),
        client.call(listTunnels, { params, query: { limit: 500 } }, signal),
      ]);
      return { found, brokers: brokers.items, tunnels: tunnels.items };
    },
    placeholderData: keepPreviousData,
    retry: false,
    meta: { topics: TOPICS },
  });
}

function Explained({ call }: { readonly call: Call }) {
  const { data, error, refetch } = useExplanation(call);
  const [tab, setTab] = useState('picture');
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-64 w-full" />;
  const caller = isKey(call.caller) ? 'an API key' : call.caller === '' ? 'no credential' : call.caller;
  return (
    <>
      <Tabs
        label="Explanation"
        tabs={[
          { id: 'picture', title: 'Picture' },
          { id: 'text', title: 'Text' },
        ]}
        value={tab}
        onChange={setTab}
      >
        {tab === 'picture' ? (
          <FlowPicture found={data.found} stations={flowOf({ ...data, caller })} />
        ) : (
          <BlockList blocks={explanationBlocks(data.found)} />
        )}
      </Tabs>
      <CodeBlock
        label="The same call"
        text={curlLine({ user: call.caller === '' ? null : call.caller, method: call.method, url: call.url })}
      />
    </>
  );
}
