import { createPrivateKey } from 'node:crypto';
import { heldCredential } from '@portolan/contract/agent';
import { signTicket } from '@portolan/process/agent-ticket';
import { listBrokers, listTunnels } from '@portolan/contract/clusters';
import { diagnoseTunnel, type HopReport } from '../tunnel-diagnosis.ts';
import { PORTOLAN_V1 } from '@portolan/tunnel/session/typed-streams';
import { usageFailure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { plainTheme } from '../plain-theme.ts';
import { readFileFlag } from '../read-file-flag.ts';
import type { Arguments, Flags } from '../verb.ts';

export const tunnelFlags: Flags = {
  'agent-credential-file': {
    type: 'string',
    value: 'FILE',
    help: 'tunnel: credential.json in the state directory of the agent',
  },
  'tunnel-ca-file': { type: 'string', value: 'FILE', help: 'tunnel: authority of the brokers' },
  'tunnel-cert-file': { type: 'string', value: 'FILE', help: 'tunnel: certificate to show to them' },
  'tunnel-key-file': { type: 'string', value: 'FILE', help: 'tunnel: its key' },
};

/** Walks the way of each tunnel hop by hop and names the one that is broken; answers the exit code. */
export async function diagnoseTunnels(args: Arguments, io: Io): Promise<number> {
  const ticketFor = await openCredential(args);
  const tls = {
    ca: await readFileFlag(args, 'tunnel-ca-file'),
    cert: await readFileFlag(args, 'tunnel-cert-file'),
    key: await readFileFlag(args, 'tunnel-key-file'),
  };
  const given = Object.fromEntries(Object.entries(tls).filter(([, text]) => text !== undefined));
  const urls = args.words[1] === undefined ? await tunnelUrls(args, io) : [args.words[1]];
  if (urls.length === 0) tell(io, 'No tunnel is assigned: the agent has not linked to the platform yet.');
  let isSound = urls.length > 0;
  for (const url of urls) {
    // A probe is answered and counts for nothing: the tunnel that is in use stays.
    const headers = { 'portolan-probe': '1' };
    const { hops, broken } = await diagnoseTunnel({
      ...given,
      url,
      token: ticketFor(url),
      subprotocol: PORTOLAN_V1,
      headers,
    });
    print(io, broken === null ? `${url} works` : `${url} is broken at: ${broken}`);
    show(io, hops);
    isSound &&= broken === null;
  }
  return isSound ? 0 : 1;
}

/** Returns a function that signs a ticket for the tunnel of a URL. */
async function openCredential(args: Arguments): Promise<(url: string) => string> {
  const text = await readFileFlag(args, 'agent-credential-file');
  if (text === undefined) {
    throw usageFailure(
      'A tunnel is opened with the credential of its agent.',
      'portolan doctor tunnel [URL] --agent-credential-file FILE (credential.json in the state directory of the agent)',
    );
  }
  try {
    const { credential, privateKey } = heldCredential.parse(JSON.parse(text));
    const key = createPrivateKey(privateKey);
    return (url) => signTicket(credential.id, key, { tunnelId: url.split('/').at(-1) ?? '' });
  } catch {
    throw usageFailure(
      '--agent-credential-file holds no credential of an agent.',
      'Name credential.json in the state directory of the agent.',
    );
  }
}

function show(io: Io, hops: readonly HopReport[]): void {
  const theme = plainTheme(io);
  for (const { hop, ok, ms, detail } of hops) {
    const state = ok ? ('ok' as const) : ('bad' as const);
    print(
      io,
      `  ${theme.paint(state, state.padEnd(4))}  ${hop.padEnd(9)}  ${`${ms} ms`.padStart(9)}  ${detail}`,
    );
  }
}

/** Of every tunnel of the workspace. */
async function tunnelUrls(args: Arguments, io: Io): Promise<string[]> {
  const { client, workspace } = await connect(args, io);
  const params = { workspace };
  const brokers = (await client.call(listBrokers, { params, query: {} })).items;
  const { items } = await client.call(listTunnels, { params, query: {} });
  return items.flatMap(({ id, brokerId }) => {
    const broker = brokers.find((one) => one.id === brokerId);
    return broker ? [`${broker.url}/tunnel/${id}`] : [];
  });
}
