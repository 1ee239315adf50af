import type { EdgeIngress } from '../../../generated/v2/edge-ingress.ts';
import type { Rule } from '../../../model/rule.ts';
import { formatRule } from '../../../rules/format.ts';
import type { Reader } from '../../reader.ts';
import { asTarget, serviceTarget } from '../../service-target.ts';
import { defineKind } from '../../define-kind.ts';
import type { UnitOutput } from '../../unit.ts';
import { guardBy } from '../access-policy.ts';
import { domainsOf, hostRule } from '../managed-keys.ts';

export const edgeIngressKind = defineKind<EdgeIngress>({
  type: 'EdgeIngress.hub.traefik.io',
  compile: ({ spec, reader }) => compileEdgeIngress(spec, reader),
});

function compileEdgeIngress({ spec }: EdgeIngress, reader: Reader): UnitOutput {
  const { key, namespace, name } = reader.self;
  const hosts = domainsOf(reader, key);
  const guard =
    spec.acp === undefined ? ({ kind: 'open' } as const) : guardBy(spec.acp.name, reader, 'spec.acp.name');
  const service = serviceTarget(reader, {
    namespace,
    name: spec.service.name,
    port: spec.service.port,
    field: 'spec.service',
  });
  if (hosts.length === 0) {
    reader.warn('no-domain', 'spec', {
      message: 'has no domain yet, so it is not served',
      fix: 'wait until the platform assigns one',
    });
    return {};
  }
  const rule: Rule = hostRule(hosts);
  return {
    routes: [
      {
        id: `edge-ingress/${namespace}/${name}`,
        owner: reader.self,
        kind: 'edge-ingress',
        rule,
        priority: Buffer.byteLength(formatRule(rule)),
        hosts,
        guard,
        middlewares: [],
        target: asTarget(service),
      },
    ],
  };
}
