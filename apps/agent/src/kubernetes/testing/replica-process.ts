/** A process that competes for the lease of a namespace and, while it holds it, writes its name to a ConfigMap all the time. */
import { pino } from 'pino';
import { KubeClient } from '../client/kube-client.ts';
import { openConnection } from '../client/open-connection.ts';
import { Leadership, NotLeading } from '../leader/leadership.ts';
import { CONFIG_MAPS, configMap } from './cluster.ts';

const [kubeconfig = '', namespace = '', identity = ''] = process.argv.slice(2);
const client = new KubeClient(await openConnection({ kubeconfig }));
const leadership = new Leadership({
  cluster: { kubeconfig },
  namespace,
  identity,
  log: pino({}, { write: (line) => process.send?.(JSON.parse(line)) }),
});

let count = 0;
async function write(): Promise<void> {
  count += 1;
  const object = configMap(namespace, 'written', { by: identity, count: String(count) });
  await leadership.write((limits) =>
    client.apply(CONFIG_MAPS, object, { fieldManager: 'test', force: true, ...limits }),
  );
}

const writing = setInterval(() => {
  write().catch((error: unknown) => {
    if (!(error instanceof NotLeading)) process.send?.({ failed: String(error) });
  });
}, 50);

process.on('message', ({ blockMs }: { blockMs: number }) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
  process.send?.({ unblocked: true, isLeading: leadership.isLeading });
});
process.once('SIGTERM', () => {
  clearInterval(writing);
  void leadership.close().then(() => process.exit(0));
});
