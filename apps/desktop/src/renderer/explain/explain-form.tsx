import { apis } from '@portolan/console/kinds/apis';
import { users } from '@portolan/console/kinds/users';
import { Autocomplete } from '@portolan/ui/autocomplete';
import { Button } from '@portolan/ui/button';
import { Field } from '@portolan/ui/field';
import { Select } from '@portolan/ui/select';
import { useState, type SubmitEvent } from 'react';
import { useRows } from '../data/use-rows.ts';

/** A call to be explained. */
export interface Call {
  /** E-mail address, API key, or empty for a call without a credential. */
  readonly caller: string;
  readonly method: string;
  readonly url: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Asks who calls what; without another address, what the first API is called by. */
export function ExplainForm({
  start,
  onAsk,
}: {
  readonly start: Call;
  readonly onAsk: (call: Call) => void;
}) {
  const [call, setCall] = useState(start);
  const [isUrlTyped, setUrlTyped] = useState(start.url !== '');
  const userRows = useRows(users, { filter: '', sort: 'email' });
  const apiRows = useRows(apis, { filter: '', sort: 'name' }, { isPolled: false });
  const urls = [...new Set(apiRows.rows.flatMap((api) => api.urls))];
  const url = isUrlTyped ? call.url : (urls[0] ?? '');
  const change = (part: Partial<Call>) => setCall((now) => ({ ...now, ...part }));
  return (
    <form
      className="flex flex-wrap items-start gap-3"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        onAsk({ ...call, url });
      }}
    >
      <Field
        label="Caller"
        help="E-mail address or API key; empty for a call without a credential."
        className="min-w-60 flex-1 max-sm:w-full max-sm:flex-none"
      >
        {(control) => (
          <Autocomplete
            {...control}
            value={call.caller}
            onChange={(caller) => change({ caller })}
            items={userRows.rows.map(({ email }) => email)}
          />
        )}
      </Field>
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
            value={url}
            onChange={(typed) => {
              setUrlTyped(true);
              change({ url: typed });
            }}
            items={urls}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" className="sm:mt-6">
        Explain
      </Button>
    </form>
  );
}
