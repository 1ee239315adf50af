import type { Provider } from '@portolan/contract/providers';
import { Failure } from '@portolan/console/failure';
import type { PageCommand } from '../../actions/page-command.ts';
import { openPageDialog } from '../../frame/page-dialog.tsx';
import { ClaimsDialog } from './claims-dialog.tsx';
import { ProviderDialog } from './provider-dialog.tsx';

const common = { kinds: ['providers'], permission: 'providers.write' } as const;

/** Setting up identity providers, and seeing what their tokens say. */
export const providerCommands: readonly PageCommand[] = [
  {
    ...common,
    id: 'providers.set',
    isMain: true,
    title: 'Set up an identity provider',
    keys: ['n', 'e'],
    takes: 'none',
    run: (_selected, { session }) => openPageDialog(() => <ProviderDialog session={session} />),
  },
  {
    ...common,
    id: 'providers.claims',
    title: 'Show which user a token identifies',
    keys: ['c'],
    takes: 'one',
    run(selected, { session }) {
      // The command is listed for providers alone.
      const provider = selected[0] as Provider;
      if (provider.kind !== 'oidc')
        throw new Failure(
          'Only OpenID Connect providers map the claims of tokens.',
          'Select one of that type.',
        );
      openPageDialog(() => <ClaimsDialog session={session} provider={provider} />);
    },
  },
];
