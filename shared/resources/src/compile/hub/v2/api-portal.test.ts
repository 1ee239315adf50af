import { describe, expect, it } from 'vitest';
import { buildRouter } from '../../../decide/router.ts';
import { SERVICE, compile, request } from '../../test-objects.ts';

const DOMAINS = { 'gateway/gw': ['api.test', 'shared.test'], 'portal/main': ['portal.test', 'shared.test'] };

const base = `${SERVICE}
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: flights}
spec: {pathPrefix: /flights, service: {name: app, port: {number: 80}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: all}
spec: {anyGroups: true, apis: [{name: flights}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: gw}
spec: {apiAccesses: [all]}
---
`;
const portal = (spec: string, annotations = '{}') => `
apiVersion: hub.traefik.io/v1alpha1
kind: APIPortal
metadata: {name: main, annotations: ${annotations}}
spec: ${spec}
---
`;

function targetOf(yaml: string, url: string): unknown {
  const target = buildRouter(compile(yaml, DOMAINS).model).match(request({ url }))?.target;
  return target?.kind === 'portal' ? target.portal.source.name : target?.kind;
}

describe('portals', () => {
  it('are served on their domains, where longer paths of APIs go first', () => {
    const yaml = base + portal('{apiGateway: gw, title: Airline}');
    expect(targetOf(yaml, 'portal.test/')).toBe('main');
    expect(targetOf(yaml, 'portal.test/apis/flights@default')).toBe('main');
    expect(targetOf(yaml, 'shared.test/settings')).toBe('main');
    expect(targetOf(yaml, 'shared.test/flights/1')).toBe('service');
    expect(compile(yaml, DOMAINS).problems.filter(({ kind }) => kind === 'APIPortal')).toEqual([]);
  });

  it('leave their pages to a Service of the owner, but not sign-in and the HTTP API', () => {
    const yaml = base + portal('{apiGateway: gw, ui: {service: {name: app, port: {number: 80}}}}');
    expect(targetOf(yaml, 'portal.test/')).toBe('service');
    expect(targetOf(yaml, 'portal.test/apiary')).toBe('service');
    for (const path of ['api/', 'api/apis/flights@default', 'callback', 'login', 'logout'])
      expect(targetOf(yaml, `portal.test/${path}`)).toBe('main');
  });

  it('are reached through an Ingress and an IngressRoute with the annotation', () => {
    const ingress = (name: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, annotations: {hub.traefik.io/api-portal: ${name}}}
spec: {rules: [{host: front.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: apiportal, port: {number: 9903}}}}]}}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: door, annotations: {hub.traefik.io/api-portal: "${name}@default"}}
spec: {entryPoints: [web], routes: [{kind: Rule, match: "Host(\`door.test\`)", services: [{name: apiportal, port: 9903}]}]}
---
`;
    const yaml = base + portal('{apiGateway: gw}');
    expect(targetOf(yaml + ingress('main'), 'front.test/')).toBe('main');
    expect(targetOf(yaml + ingress('main'), 'door.test/x')).toBe('main');
    const missing = compile(yaml + ingress('other'), DOMAINS);
    expect(missing.problems).toContainEqual(
      expect.objectContaining({
        kind: 'Ingress',
        field: 'metadata.annotations[hub.traefik.io/api-portal]',
        message: 'APIPortal "other" does not exist; requests get 503',
      }),
    );
    expect(targetOf(yaml + ingress('other'), 'front.test/')).toBe('none');
  });

  it('have colours that can be read: others are a problem and not used', () => {
    const themed = compile(
      base +
        portal(
          '{apiGateway: gw}',
          '{portolan.dev/portal-accent: "#0b6e4f", portolan.dev/portal-accent-dark: "#224466", portolan.dev/portal-font: serif, portolan.dev/portal-radius: "99"}',
        ),
      DOMAINS,
    );
    const target = themed.model.routes.find(({ kind }) => kind === 'portal')?.target;
    expect(target).toMatchObject({
      portal: { theme: { accent: '#0b6e4f', accentDark: null, font: 'serif', radiusPx: 6 } },
    });
    expect(themed.problems.filter(({ kind }) => kind === 'APIPortal').map(({ message }) => message)).toEqual([
      '"99" is not a radius; the usual one is used',
      'text in #224466 on #1c222b has a contrast of 1.5:1, too little to read; the usual colour is used',
    ]);
  });
});
