import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Outbound } from '../../http/outbound.ts';
import { awsSignature } from './aws-signature.ts';
import { cloudflarePublisher } from './cloudflare.ts';
import { route53Publisher } from './route53.ts';

/** Shapes of requests and responses are those of the providers' reference pages. */
const outbound = new Outbound({ loopback: true, private: false });
const signal = AbortSignal.timeout(20_000);
let server: Server | undefined;
afterEach(() => server?.close());

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function serve(answer: (request: Received) => { status?: number; body: string }): Promise<string> {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url: path = '', headers } = request;
    const { status = 200, body: text } = answer({ method, path, headers, body });
    response.writeHead(status).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('Signature Version 4 is that of the test suite of AWS (get-vanilla, get-vanilla-query-order-key-case)', () => {
  const credentials = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };
  const sign = (url: string) =>
    awsSignature(
      {
        method: 'GET',
        url: new URL(url),
        body: '',
        region: 'us-east-1',
        service: 'service',
        now: new Date('2015-08-30T12:36:00Z'),
      },
      credentials,
    );
  expect(sign('https://example.amazonaws.com/')).toEqual({
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  });
  expect(sign('https://example.amazonaws.com/?Param2=value2&Param1=value1').authorization).toContain(
    'Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  );
});

const ZONE_ID = '023e105f4ecef8ad9ca31a8372d0c353';

function cloudflareApi(records: Map<string, { name: string; content: string }>) {
  const seen: Received[] = [];
  let next = 0;
  const ok = (result: unknown) => ({
    body: JSON.stringify({ success: true, errors: [], messages: [], result }),
  });
  const answer = (request: Received) => {
    seen.push(request);
    const url = new URL(request.path, 'http://x');
    expect(url.pathname).toMatch(new RegExp(`^/client/v4/zones/${ZONE_ID}/dns_records`));
    if (request.headers.authorization !== 'Bearer token-of-the-zone')
      return {
        status: 403,
        body: JSON.stringify({
          success: false,
          errors: [{ code: 9109, message: 'Invalid access token' }],
          messages: [],
          result: null,
        }),
      };
    if (request.method === 'GET') {
      expect(url.searchParams.get('type')).toBe('TXT');
      const found = [...records].filter(([, { name }]) => name === url.searchParams.get('name'));
      return ok(found.map(([id, record]) => ({ id, type: 'TXT', ttl: 60, proxied: false, ...record })));
    }
    if (request.method === 'POST') {
      const body = JSON.parse(request.body) as { type: string; name: string; content: string; ttl: number };
      expect(body).toMatchObject({ type: 'TXT', ttl: 60 });
      next += 1;
      records.set(`new-${next}`, { name: body.name, content: body.content });
      return ok({ id: `new-${next}`, ...body });
    }
    const id = url.pathname.split('/').at(-1) ?? '';
    records.delete(id);
    return ok({ id });
  };
  return { seen, answer };
}

test('Cloudflare: the records of a name are made those that are wanted, the others left alone', async () => {
  const records = new Map([
    ['old', { name: 'a.acme.example.com', content: '"stale"' }],
    ['kept', { name: 'a.acme.example.com', content: 'first' }],
    ['other', { name: 'b.acme.example.com', content: '"first"' }],
  ]);
  const api = cloudflareApi(records);
  const endpoint = await serve(api.answer);
  const config = {
    provider: 'cloudflare' as const,
    zone: 'acme.example.com',
    zoneId: ZONE_ID,
    tokenFile: '',
    endpoint,
    token: 'token-of-the-zone',
  };
  const publisher = cloudflarePublisher(config, outbound);
  await publisher.publish('a.acme.example.com', ['first', 'second'], signal);
  expect([...records.values()].map(({ name, content }) => `${name} ${content}`)).toEqual([
    'a.acme.example.com first',
    'b.acme.example.com "first"',
    'a.acme.example.com "second"',
  ]);
  const requests = api.seen.length;
  await publisher.publish('a.acme.example.com', ['first', 'second'], signal);
  expect(api.seen.slice(requests).map(({ method }) => method)).toEqual(['GET']);
  await publisher.publish('a.acme.example.com', [], signal);
  expect([...records.keys()]).toEqual(['other']);
  const refused = cloudflarePublisher({ ...config, token: 'another' }, outbound);
  await expect(refused.publish('a.acme.example.com', ['x'], signal)).rejects.toThrow(
    /did not publish the challenge: Invalid access token \(9109\)/,
  );
});

test('Cloudflare: an API that is down or sends something else is an error that says so', async () => {
  const endpoint = await serve(() => ({ status: 502, body: '<html>Bad gateway</html>' }));
  const config = {
    provider: 'cloudflare' as const,
    zone: 'z.example.com',
    zoneId: ZONE_ID,
    tokenFile: '',
    endpoint,
    token: 't',
  };
  const publish = () => cloudflarePublisher(config, outbound).publish('a.z.example.com', ['x'], signal);
  await expect(publish()).rejects.toThrow('status 502');
  server?.close();
  server?.closeAllConnections();
  await expect(publish()).rejects.toThrow('did not publish the challenge');
});

/** Route 53: one set of records for each name and type; a set is deleted by naming exactly what it has. */
function route53Api(sets: Map<string, string>) {
  const polls: string[] = [];
  const answer = ({ method, path, headers, body }: Received) => {
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/us-east-1\/route53\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
    const url = new URL(path, 'http://x');
    if (url.pathname === '/2013-04-01/change/C2682N5HXP0BZ4') {
      polls.push(path);
      return { body: changeInfo(polls.length < 2 ? 'PENDING' : 'INSYNC') };
    }
    expect(url.pathname).toBe('/2013-04-01/hostedzone/Z1PA6795UKMFR9/rrset');
    if (method === 'GET') {
      const from = `${url.searchParams.get('name')}.`;
      const [name] = [...sets.keys()].filter((each) => each >= from).toSorted((a, b) => (a < b ? -1 : 1));
      const found = name === undefined ? '' : (sets.get(name) ?? '');
      return {
        body: `<?xml version="1.0"?><ListResourceRecordSetsResponse><ResourceRecordSets>${found}</ResourceRecordSets><IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>`,
      };
    }
    const action = /<Action>(\w+)<\/Action>/.exec(body)?.[1];
    const set = /<ResourceRecordSet>.*<\/ResourceRecordSet>/s.exec(body)?.[0] ?? '';
    const name = /<Name>([^<]+)<\/Name>/.exec(set)?.[1] ?? '';
    if (action === 'UPSERT') sets.set(name, set);
    else if (sets.get(name) === set) sets.delete(name);
    else
      return {
        status: 400,
        body: `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidChangeBatch</Code><Message>Tried to delete resource record set [name='${name}'] but the values provided do not match the current values</Message></Error></ErrorResponse>`,
      };
    return { body: changeInfo('PENDING') };
  };
  return { polls, answer };
}

function changeInfo(status: string): string {
  return `<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C2682N5HXP0BZ4</Id><Status>${status}</Status><SubmittedAt>2026-09-10T01:36:41.958Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>`;
}

test('Route 53: a set is replaced as a whole, waited for, and deleted with what it has', async () => {
  const sets = new Map<string, string>();
  const api = route53Api(sets);
  const endpoint = await serve(api.answer);
  const config = {
    provider: 'route53' as const,
    zone: 'acme.example.com',
    hostedZoneId: 'Z1PA6795UKMFR9',
    credentialsFile: '',
    endpoint,
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'secret',
  };
  const publisher = route53Publisher(config, outbound);
  await publisher.publish('a.acme.example.com', ['first', 'second'], signal);
  expect(api.polls).toHaveLength(2);
  expect(sets.get('a.acme.example.com.')).toBe(
    '<ResourceRecordSet><Name>a.acme.example.com.</Name><Type>TXT</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>"first"</Value></ResourceRecord><ResourceRecord><Value>"second"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>',
  );
  await publisher.publish('b.acme.example.com', ['other'], signal);
  await publisher.publish('a.acme.example.com', [], signal);
  expect([...sets.keys()]).toEqual(['b.acme.example.com.']);
  // A name without a set: the list then begins with another one, which is left alone.
  await publisher.publish('a.acme.example.com', [], signal);
  expect([...sets.keys()]).toEqual(['b.acme.example.com.']);
});

test('Route 53: refusals are shown in its words', async () => {
  const endpoint = await serve(() => ({
    status: 403,
    body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: route53:ChangeResourceRecordSets</Message></Error></ErrorResponse>',
  }));
  const config = {
    provider: 'route53' as const,
    zone: 'z.example.com',
    hostedZoneId: 'Z1',
    credentialsFile: '',
    endpoint,
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 's',
  };
  await expect(route53Publisher(config, outbound).publish('a.z.example.com', ['x'], signal)).rejects.toThrow(
    'AccessDenied: User is not authorized to perform: route53:ChangeResourceRecordSets',
  );
});
