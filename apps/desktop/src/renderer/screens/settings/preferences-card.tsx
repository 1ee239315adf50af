import { Card } from '@portolan/ui/card';
import { CheckboxField } from '@portolan/ui/checkbox';
import { Field } from '@portolan/ui/field';
import { Select } from '@portolan/ui/select';
import { preferences, setPreferences } from '../../preferences/preferences.ts';
import { useStore } from '../../preferences/store.ts';

const THEMES = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;
const CONTRASTS = [
  { value: 'auto', label: 'As the system' },
  { value: 'more', label: 'High' },
  { value: 'normal', label: 'Normal' },
] as const;
const TIMES = [
  { value: 'local', label: 'Local time' },
  { value: 'utc', label: 'UTC' },
] as const;

/** How pages look and behave in this browser. */
export function PreferencesCard() {
  const { theme, contrast, times, density, shortcuts } = useStore(preferences);
  return (
    <Card title="This browser">
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Colours">
          {(control) => (
            <Select
              {...control}
              options={THEMES}
              value={theme}
              onChange={(value) => setPreferences({ theme: pick(THEMES, value) })}
            />
          )}
        </Field>
        <Field label="Contrast">
          {(control) => (
            <Select
              {...control}
              options={CONTRASTS}
              value={contrast}
              onChange={(value) => setPreferences({ contrast: pick(CONTRASTS, value) })}
            />
          )}
        </Field>
        <Field label="Times">
          {(control) => (
            <Select
              {...control}
              options={TIMES}
              value={times}
              onChange={(value) => setPreferences({ times: pick(TIMES, value) })}
            />
          )}
        </Field>
      </div>
      <div className="mt-4 flex flex-col gap-3">
        <CheckboxField
          label="Compact rows"
          checked={density === 'compact'}
          onChange={({ target }) => setPreferences({ density: target.checked ? 'compact' : 'comfortable' })}
        />
        <CheckboxField
          label="Single keys as shortcuts"
          help="Switch them off if they are in the way of speech input or other tools."
          checked={shortcuts}
          onChange={({ target }) => setPreferences({ shortcuts: target.checked })}
        />
      </div>
      <p className="mt-4 text-sm text-muted">
        No telemetry is sent. Saved views, columns and these settings stay in this browser.
      </p>
    </Card>
  );
}

function pick<T extends string>(options: readonly { readonly value: T }[], value: string): T {
  const found = options.find((option) => option.value === value) ?? options[0];
  if (found === undefined) throw new Error('a choice without options');
  return found.value;
}
