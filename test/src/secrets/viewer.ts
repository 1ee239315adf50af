import { changePassword } from '@portolan/contract/access-tokens';
import { createClient } from '@portolan/contract/client';
import { acceptInvitation, invite } from '@portolan/contract/members';
import { listResources } from '@portolan/contract/resources';
import { signIn } from '@portolan/contract/sessions';
import { z } from 'zod';
import type { World } from '../durability/world.ts';
import type { PlantedSecrets } from './planted.ts';

const openApi = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
  ),
});
const items = z.looseObject({ items: z.array(z.looseObject({})) });

/** Somebody who may only look: invited, with an account and a session. */
export async function signInViewer(world: World, planted: PlantedSecrets): Promise<string> {
  const body = { email: 'viewer@example.com', role: 'viewer' } as const;
  const { url } = await world.client.call(invite, { params: world.params, body });
  const token = planted.add('an invitation’s token', /[\w-]{20,}$/.exec(url ?? '')?.[0] ?? '');
  const password = planted.make('the viewer’s password');
  const anonymous = createClient({ baseUrl: world.platformUrl });
  await anonymous.call(acceptInvitation, { body: { token, name: 'Viewer', password } });
  const session = await anonymous.call(signIn, { body: { email: body.email, password } });
  const mine = createClient({ baseUrl: world.platformUrl, token: session.token });
  const next = planted.make('the viewer’s new password');
  await mine.call(changePassword, { body: { current: password, next } });
  return planted.add('the viewer’s session', session.token);
}

/** What a stream that does not end, such as a live tail, is read for. */
const STREAM_MS = 3_000;

/** Every answer to a GET that `token` gets, streams of events left out, by address. */
export async function readEverything(world: World, token: string): Promise<Map<string, string>> {
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(world.platformUrl + path, { headers });
    const isStream = response.headers.get('content-type')?.includes('ndjson') === true;
    return { status: response.status, text: await (isStream ? beginningOf(response) : response.text()) };
  };
  const { paths } = openApi.parse(JSON.parse((await get('/api/v1/openapi.json')).text));
  const answers = new Map<string, string>();
  for (const [template, operations] of Object.entries(paths)) {
    if (!operations['get'] || JSON.stringify(operations['get']).includes('text/event-stream')) continue;
    const path = template.replace('{workspace}', world.params.workspace);
    for (const address of await addressesOf(path, get)) {
      const { status, text } = await get(address);
      if (status >= 500) throw new Error(`${address} answered ${status}: ${text}`);
      answers.set(address, text);
    }
  }
  const resources = await world.client.call(listResources, { params: world.params, query: { limit: 500 } });
  for (const { key } of resources.items) {
    const address = `/api/v1/workspaces/${world.params.workspace}/resource?key=${encodeURIComponent(key)}`;
    answers.set(address, (await get(address)).text);
  }
  return answers;
}

async function beginningOf({ body }: Response): Promise<string> {
  let text = '';
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const end = setTimeout(() => void reader?.cancel(), STREAM_MS);
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  clearTimeout(end);
  return text;
}

type Get = (path: string) => Promise<{ status: number; text: string }>;

/** A path that names one thing is asked for each thing its list has. */
async function addressesOf(path: string, get: Get): Promise<string[]> {
  const brace = path.indexOf('/{');
  if (brace < 0) return [path];
  const list = await get(path.slice(0, brace));
  const found = list.status === 200 ? items.safeParse(JSON.parse(list.text)) : undefined;
  const ids = found?.success ? found.data.items.map((item) => String(item['id'])) : [];
  return ids
    .map((id) => path.replace(/\{\w+\}/, encodeURIComponent(id)))
    .filter((each) => !each.includes('{'));
}
