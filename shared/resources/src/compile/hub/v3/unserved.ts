import { dictionary } from '@portolan/contract/dictionary';
import { defineKind } from '../../define-kind.ts';
import type { KindCompiler } from '../../kind-compiler.ts';

/** Kinds that are validated and not served, each with what follows from that. */
const UNSERVED = dictionary<string>({
  AIService: 'requests are not translated for language models; routes that name it return 503',
  Uplink: 'workloads are not advertised to a parent cluster; share a cluster through a tunnel instead',
});

export const unservedKinds: readonly KindCompiler[] = Object.entries(UNSERVED).map(([kind, why]) =>
  defineKind<unknown>({
    type: `${kind}.hub.traefik.io`,
    compile({ reader }) {
      reader.error('unsupported', 'spec', { message: `${kind} is not served: ${why}`, fix: 'remove it' });
      return {};
    },
  }),
);
