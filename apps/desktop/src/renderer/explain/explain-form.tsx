import { apis } from '@portolan/console/kinds/apis';
import { users } from '@portolan/console/kinds/users';
import { Autocomplete } from '@portolan/ui/autocomplete';
import { Button } from '@portolan/ui/button';
import { Field } from '@portolan/ui/field';
import { Input } from '@portolan/ui/input';
import { Select } from '@portolan/ui/select';
import { useState, type SubmitEvent } from 'react';
import { useRows } from '../data/use-rows.ts';

/** A call to be explained. */
export interface Call {
  readonly by: 'user' | 'key' | 'nobody';
  readonly user: string;
  readonly key: string;
  readonly method: string;
  readonly url: string;
}

const CALLERS = [
  { value: 'user', label: 'A user' },
  { value: 'key', label: 'An API key' },
  { value: 'nobody', label: 'No credential' },
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Asks who calls what. */
export function ExplainForm({
  start,
  onAsk,
}: {
  readonly start: Call;
  readonly onAsk: (call: Call) => void;
}) {
  const [call, setCall] = useState(start);
  const apiRows = useRows(apis, { filter: '', sort: 'name' });
  const change = (part: Partial<Call>) => setCall((now) => ({ ...now, ...part }));
  return (
    <form
      className="flex flex-wrap items-start gap-3"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        onAsk(call);
      }}
    >
      <CallerFields call={call} onChange={change} />
      <Field label="Method" className="max-sm:w-full">
        {(control) => (
          <Select
            {...control}
            options={METHODS.map((value) => ({ value, label: value }))}
            value={call.method}
            onChange={(method) => change({ method })}
            className="w-28 max-sm:w-full"
          />
        )}
      </Field>
      <Field label="URL" isRequired className="min-w-64 flex-2 max-sm:w-full max-sm:flex-none">
        {(control) => (
          <Autocomplete
            {...control}
            value={call.url}
            onChange={(url) => change({ url })}
            items={[...new Set(apiRows.rows.flatMap(({ urls }) => urls))]}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" className="sm:mt-6">
        Explain
      </Button>
    </form>
  );
}

interface CallerFieldsProps {
  readonly call: Call;
  readonly onChange: (part: Partial<Call>) => void;
}

function CallerFields({ call, onChange }: CallerFieldsProps) {
  const { rows } = useRows(users, { filter: '', sort: 'email' });
  return (
    <>
      <Field label="Caller" className="max-sm:w-full">
        {(control) => (
          <Select
            {...control}
            options={CALLERS}
            value={call.by}
            onChange={(by) => onChange({ by: by as Call['by'] })}
            className="w-36 max-sm:w-full"
          />
        )}
      </Field>
      {call.by === 'user' && (
        <Field label="User" className="min-w-52 flex-1 max-sm:w-full">
          {(control) => (
            <Autocomplete
              {...control}
              value={call.user}
              onChange={(user) => onChange({ user })}
              items={rows.map(({ email }) => email)}
            />
          )}
        </Field>
      )}
      {call.by === 'key' && (
        <Field
          label="API key"
          help="The key or its prefix; it is not kept."
          className="min-w-52 flex-1 max-sm:w-full"
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="off"
              required
              value={call.key}
              onChange={(event) => onChange({ key: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
