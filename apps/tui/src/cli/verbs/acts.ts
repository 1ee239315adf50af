import { updateAlertRule, type AlertRule } from '@portolan/contract/alerts';
import {
  closeTunnel,
  drainBroker,
  reconnectTunnel,
  resumeBroker,
  type Broker,
  type TunnelView,
} from '@portolan/contract/clusters';
import { updateKey, type ApiKey } from '@portolan/contract/keys';
import { updateUser, type User } from '@portolan/contract/users';
import { usageFailure } from '@portolan/console/failure';
import { findKindByName } from '@portolan/console/kinds/all-kinds';
import type { Session } from '@portolan/console/kinds/kind';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { findOnly, nameOf } from '../find-rows.ts';
import { platformFlags, yesFlag } from '../flags.ts';
import { print } from '../io.ts';
import { readTargets } from '../targets.ts';
import type { Verb } from '../verb.ts';

/** What a verb does to one of a kind. */
type Act = (session: Session, row: unknown) => Promise<unknown>;

interface ActVerb {
  readonly verb: string;
  readonly done: string;
  readonly details?: string;
  readonly acts: Readonly<Record<string, Act>>;
  readonly example: string;
  /** What is lost, where it should be asked first. */
  readonly asks?: string;
}

const setUser =
  (state: User['state']): Act =>
  ({ client, workspace }, row) => {
    const { id, revision } = row as User;
    return client.call(updateUser, { params: { workspace, user: id }, body: { state, revision } });
  };
const setRule =
  (enabled: boolean): Act =>
  ({ client, workspace }, row) =>
    client.call(updateAlertRule, { params: { workspace, rule: (row as AlertRule).id }, body: { enabled } });
const setKey =
  (state: 'active' | 'suspended'): Act =>
  ({ client, workspace }, row) =>
    client.call(updateKey, { params: { workspace, key: (row as ApiKey).id }, body: { state } });
const onBroker =
  (route: typeof drainBroker | typeof resumeBroker): Act =>
  ({ client, workspace }, row) =>
    client.call(route, { params: { workspace, broker: (row as Broker).id } });
const onTunnel =
  (route: typeof reconnectTunnel | typeof closeTunnel): Act =>
  ({ client, workspace }, row) =>
    client.call(route, { params: { workspace, tunnel: (row as TunnelView).id } });

export const disableVerb = actVerb({
  verb: 'disable',
  done: 'disabled',
  details:
    'The keys of a disabled user are refused at every gateway within a second. A disabled rule is not looked at.',
  acts: { users: setUser('disabled'), rules: setRule(false) },
  example: 'user ada@example.com',
});
export const enableVerb = actVerb({
  verb: 'enable',
  done: 'enabled',
  acts: { users: setUser('active'), rules: setRule(true) },
  example: 'user ada@example.com',
});
export const suspendVerb = actVerb({
  verb: 'suspend',
  done: 'suspended',
  details: 'A suspended key is refused at every gateway within a second, until it is resumed.',
  acts: { keys: setKey('suspended') },
  example: 'key checkin',
});
export const resumeVerb = actVerb({
  verb: 'resume',
  done: 'resumed',
  details: 'A resumed broker gets tunnels again.',
  acts: { keys: setKey('active'), brokers: onBroker(resumeBroker) },
  example: 'key checkin',
});
export const drainVerb = actVerb({
  verb: 'drain',
  done: 'drained',
  details: 'Moves all tunnels of a broker elsewhere and places none there, until `portolan resume broker`.',
  acts: { brokers: onBroker(drainBroker) },
  example: 'broker broker-1',
});
export const reconnectVerb = actVerb({
  verb: 'reconnect',
  done: 'reconnected',
  details: 'Replaces the connection of a tunnel; what it carries finishes first.',
  acts: { tunnels: onTunnel(reconnectTunnel) },
  example: 'tunnel ID',
});
export const closeVerb = actVerb({
  verb: 'close',
  done: 'closed',
  details: 'Ends the connection of a tunnel at once, with what it carries; the agent dials again.',
  acts: { tunnels: onTunnel(closeTunnel) },
  example: 'tunnel ID',
  asks: 'Requests on their way through it fail.',
});

function actVerb({ verb, done, details, acts, example, asks }: ActVerb): Verb {
  const names = Object.keys(acts);
  const usage = `${names.map((name) => name.replace(/s$/, '')).join('|')} NAME…`;
  return {
    usage,
    ...(details === undefined ? {} : { details }),
    examples: [`portolan ${verb} ${example}`],
    complete: [names.map((name) => name.replace(/s$/, '')), 'objects'],
    flags: { ...(asks === undefined ? {} : yesFlag), ...platformFlags },
    async run(args, io) {
      const targets = readTargets(withKind(args.words, names));
      if (targets.every(({ names: given }) => given.length === 0))
        throw usageFailure(`What is to ${verb}?`, `portolan ${verb} ${usage}`);
      for (const { kind } of targets)
        if (acts[kind.name] === undefined)
          throw usageFailure(`A ${kind.singular} cannot be ${done}.`, `portolan ${verb} ${usage}`);
      const session = await connect(args, io);
      const place = { namespace: undefined, cluster: undefined };
      const outcome = 'Nothing was done.';
      const found: { readonly name: string; readonly act: () => Promise<unknown> }[] = [];
      for (const target of targets)
        for (const name of target.names) {
          const row = await findOnly(session, target, { name, place, outcome });
          const act = acts[target.kind.name];
          found.push({
            name: `${target.what}/${nameOf(target.kind, row)}`,
            act: async () => act?.(session, row),
          });
        }
      if (asks !== undefined)
        await confirm(
          io,
          `${found.map(({ name }) => name).join(', ')} will be ${done}. ${asks}`,
          args.has('yes'),
        );
      for (const { name, act } of found) {
        await act();
        print(io, `${name} ${done}`);
      }
      return 0;
    },
  };
}

/** `drain broker-1`: where there is only one kind, its name may be left out. */
function withKind(words: readonly string[], names: readonly string[]): readonly string[] {
  const [only, more] = names;
  const [first] = words;
  if (
    only === undefined ||
    more !== undefined ||
    first === undefined ||
    words.length > 1 ||
    first.includes('/')
  )
    return words;
  return findKindByName(first) === null ? [only, ...words] : words;
}
