import { upstream } from '../../gateway/testing/servers.ts';

/** OpenAPI document of the flights API of tests. */
export const FLIGHTS = {
  openapi: '3.1.0',
  info: { title: 'Flights', version: '2.1', description: 'Departures and *seats*.' },
  servers: [{ url: 'https://elsewhere.example/v1' }],
  tags: [{ name: 'flights', description: 'What flies.' }],
  paths: {
    '/flights': {
      get: {
        operationId: 'listFlights',
        summary: 'List flights',
        tags: ['flights'],
        parameters: [{ name: 'from', in: 'query', schema: { type: 'string' }, description: 'IATA code' }],
        responses: {
          200: {
            description: 'Flights',
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/Flight' } },
              },
            },
          },
        },
      },
      post: {
        operationId: 'createFlight',
        summary: 'Create a flight',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Secret' } } },
        },
        responses: { 201: { description: 'Created' } },
      },
    },
    '/flights/{number}': {
      get: {
        operationId: 'getFlight',
        summary: 'Get a flight',
        parameters: [
          { name: 'number', in: 'path', required: true, schema: { type: 'string', example: 'PT1' } },
          { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
        ],
        responses: { 200: { description: 'The flight' } },
      },
      delete: {
        operationId: 'cancelFlight',
        summary: 'Cancel a flight',
        parameters: [{ name: 'number', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 204: { description: 'Gone' } },
      },
    },
  },
  components: {
    schemas: {
      Flight: {
        type: 'object',
        required: ['number'],
        properties: { number: { type: 'string' }, crew: { $ref: '#/components/schemas/Crew' } },
      },
      Crew: {
        type: 'object',
        properties: { captain: { type: 'string' }, next: { $ref: '#/components/schemas/Crew' } },
      },
      Secret: { type: 'object', properties: { margin: { type: 'number' } } },
    },
  },
};

export interface Airline {
  readonly yaml: string;
  readonly port: number;
  /** What the Service was asked, newest last. */
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: string;
  }[];
}

/** Starts a Service with an OpenAPI document, and manifests that publish it: everything to `crew`, reading to `readers`. */
export async function airline(document: object = FLIGHTS, more = ''): Promise<Airline> {
  const asked: Airline['asked'] = [];
  const { port } = await upstream((req, res) => {
    if (req.url === '/openapi.json') {
      res.end(JSON.stringify(document));
      return;
    }
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method = '', url = '', headers } = req;
      asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (url.includes('moved')) res.writeHead(302, { location: 'https://evil.example/' }).end();
      else if (url.includes('large')) res.end(Buffer.alloc(50 * 1024 * 1024, 'x'));
      else if (url.includes('binary')) res.end(Buffer.from([0xff, 0xfe, 0x00]));
      else
        res
          .writeHead(200, { 'content-type': 'application/json', 'x-answer': '<b>' })
          .end(JSON.stringify({ url }));
    });
  });
  return { port, asked, yaml: `${manifests(port)}${more}` };
}

function manifests(port: number): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: flights}
spec: {type: ExternalName, externalName: 127.0.0.1, ports: [{name: web, port: ${port}}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: flights}
spec:
  pathPrefix: /air
  service:
    name: flights
    port: {number: ${port}}
    openApiSpec:
      path: /openapi.json
      operationSets:
        - {name: read, matchers: [{pathPrefix: /v1/flights, methods: [GET]}]}
        - {name: one, matchers: [{path: /v1/flights/PT7}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: crew}
spec: {groups: [crew], apis: [{name: flights}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: readers}
spec: {groups: [readers], apis: [{name: flights}], operationFilter: {include: [read]}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: one}
spec: {groups: [one], apis: [{name: flights}], operationFilter: {include: [one]}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIRateLimit
metadata: {name: few}
spec: {limit: 2, period: 1h, groups: [slow], apis: [{name: flights}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: slow}
spec: {groups: [slow], apis: [{name: flights}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: gw}
spec: {apiAccesses: [crew, readers, one, slow]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIPortal
metadata: {name: main}
spec: {apiGateway: gw, title: Airline, description: APIs of an airline}
---
`;
}
