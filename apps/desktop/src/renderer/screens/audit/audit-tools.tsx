import { audit } from '@portolan/console/kinds/audit';
import { members } from '@portolan/console/kinds/members';
import { quoted } from '@portolan/console/kinds/traces';
import { Select } from '@portolan/ui/select';
import { useRows } from '../../data/use-rows.ts';
import { replaceTerms, termsAbout } from '../../lists/filter-terms.ts';
import type { ListExtraProps } from '../../lists/list-extra-props.ts';
import { mayDo, useSession } from '../../session/session-context.tsx';
import { ChainState } from './chain-state.tsx';

const ANYONE = { value: '', label: 'Anyone' };
const WHAT = [
  { value: '', label: 'Everything' },
  { value: 'action:create,apply', label: 'Created or applied' },
  { value: 'action:update,change,rename,settings', label: 'Changed' },
  { value: 'action:delete,remove,revoke', label: 'Deleted or revoked' },
  { value: 'action:session,second-factor', label: 'Sign-ins' },
  { value: 'action:rollback', label: 'Rolled back' },
];
const WHEN = [
  { value: '', label: 'At any time' },
  { value: 'at>now-1h', label: 'In the last hour' },
  { value: 'at>now-24h', label: 'In the last day' },
  { value: 'at>now-168h', label: 'In the last week' },
];

/** Who did what, and when, to choose from; and whether the audit is whole. */
export function AuditTools({ filter, onFilter }: ListExtraProps) {
  const session = useSession();
  const mayList = mayDo(session, 'members.read');
  const { rows } = useRows(members, { filter: '', sort: members.sort }, { isEnabled: mayList });
  const people = rows.map(({ email }) => ({ value: `actor=${quoted(email)}`, label: email }));
  const choose = (field: string) => (term: string) => onFilter(replaceTerms(audit, filter, field, term));
  const chosen = (field: string) => termsAbout(audit, filter, field);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <ChainState />
      <div className="ml-auto flex flex-wrap gap-2">
        <Choice
          label="Who"
          value={chosen('actor')}
          options={[ANYONE, ...people]}
          onChange={choose('actor')}
        />
        <Choice label="What" value={chosen('action')} options={WHAT} onChange={choose('action')} />
        <Choice label="When" value={chosen('at')} options={WHEN} onChange={choose('at')} />
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

/** A choice of terms; terms that were typed and are none of them are one more. */
function Choice({ value, options, ...rest }: ChoiceProps) {
  const isKnown = options.some((one) => one.value === value);
  return (
    <Select {...rest} value={value} options={isKnown ? options : [...options, { value, label: value }]} />
  );
}
