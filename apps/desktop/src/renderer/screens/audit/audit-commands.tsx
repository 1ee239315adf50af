import { exportAudit, verifyAudit } from '@portolan/contract/audit';
import type { RouteOutput } from '@portolan/contract/route';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { CodeBlock } from '@portolan/ui/code-block';
import { Dialog } from '@portolan/ui/dialog';
import { toast } from '@portolan/ui/toast';
import type { PageCommand } from '../../actions/page-command.ts';
import { closePageDialog, openPageDialog } from '../../frame/page-dialog.tsx';

const common = { kinds: ['audit'], permission: 'audit.read', takes: 'none' } as const;

/** Proving that the audit is whole, and saving it. */
export const auditCommands: readonly PageCommand[] = [
  {
    ...common,
    id: 'audit.verify',
    title: 'Verify the audit',
    keys: ['v'],
    async run(_selected, { session: { client, workspace } }) {
      const found = await client.call(verifyAudit, { params: { workspace } });
      openPageDialog(() => <Verified found={found} />);
    },
  },
  {
    ...common,
    id: 'audit.export',
    title: 'Export the audit as JSON lines',
    keys: [],
    async run(_selected, { session: { client, workspace }, host }) {
      const decoder = new TextDecoder();
      let text = '';
      for await (const part of await client.open(exportAudit, { params: { workspace } }))
        text += decoder.decode(part, { stream: true });
      host.saveFile('audit.jsonl', text, 'application/x-ndjson');
      toast({ title: 'Exported the audit.' });
    },
  },
];

function Verified({ found }: { readonly found: RouteOutput<typeof verifyAudit> }) {
  const { intact, events, broken, head } = found;
  return (
    <Dialog
      isOpen
      onClose={closePageDialog}
      title="Verification of the audit"
      footer={<Button onClick={closePageDialog}>Close</Button>}
    >
      <div className="flex flex-col gap-4">
        {intact ? (
          <Callout tone="ok" title={`All ${events.toLocaleString()} events are as they were recorded.`}>
            Each carries the hash of the one before it; the chain has no gap.
          </Callout>
        ) : (
          <Callout tone="bad" title={`The chain is broken at event ${broken?.sequence ?? '?'}.`}>
            {broken?.reason}
          </Callout>
        )}
        <p>
          Keep the hash of the last event elsewhere: with it, <code>portolan audit verify --head HASH</code>{' '}
          proves later that nothing was cut off.
        </p>
        <CodeBlock label="Hash of the last event" text={head} />
      </div>
    </Dialog>
  );
}
