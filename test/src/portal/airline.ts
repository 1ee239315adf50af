import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A document with everything a hostile author would write into texts. */
const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Flights',
    version: '1.0.0',
    description:
      'Departures. ![pixel](https://evil.example/pixel.png) <script>alert(1)</script> [run](javascript:alert(1)) <img src=x onerror=alert(1)>',
    contact: { name: '"><script>alert(1)</script>', url: 'javascript:alert(1)' },
  },
  tags: [{ name: '<b>Flights</b>', description: 'All *flights*.' }],
  paths: {
    '/': {
      get: {
        operationId: 'listFlights',
        summary: 'List flights',
        tags: ['<b>Flights</b>'],
        parameters: [{ name: 'from', in: 'query', schema: { type: 'string', enum: ['GVA', 'LIS'] } }],
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
    },
    '/{number}': {
      get: {
        operationId: 'getFlight',
        summary: 'Get one flight',
        tags: ['<b>Flights</b>'],
        parameters: [
          { name: 'number', in: 'path', required: true, schema: { type: 'string', example: 'PO101' } },
        ],
        responses: { 200: { description: 'The flight' }, 404: { description: 'None' } },
      },
    },
  },
  components: {
    schemas: {
      Flight: {
        type: 'object',
        description: 'A departure.',
        required: ['number'],
        properties: { number: { type: 'string' }, next: { $ref: '#/components/schemas/Flight' } },
      },
    },
  },
};

/** Starts a service of flights with a hostile document, and writes manifests that publish it to `crew`. */
export async function writeAirline(directory: string): Promise<Server> {
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json');
    if (req.url === '/openapi.json') res.end(JSON.stringify(DOCUMENT));
    else res.end(JSON.stringify({ asked: req.url, text: '<script>alert(1)</script>' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'all.yaml'), manifests(port));
  return server;
}

function manifests(port: number): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: flights, namespace: air}
spec: {type: ExternalName, externalName: 127.0.0.1, ports: [{name: web, port: ${port}}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: flights, namespace: air}
spec: {pathPrefix: /flights, service: {name: flights, port: {number: ${port}}, openApiSpec: {path: /openapi.json}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: crew}
spec: {groups: [crew], apis: [{name: flights, namespace: air}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: air}
spec: {apiAccesses: [crew]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIPortal
metadata: {name: air}
spec: {apiGateway: air, title: Airline}
`;
}
