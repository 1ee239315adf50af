import { inputFields, type InputField, type InputValues } from '@portolan/console/actions/input';
import type { Action } from '@portolan/console/actions/action';
import { findKindByName } from '@portolan/console/kinds/all-kinds';
import type { Kind } from '@portolan/console/kinds/kind';
import { Autocomplete } from '@portolan/ui/autocomplete';
import { CheckboxField } from '@portolan/ui/checkbox';
import { Field, type ControlProps } from '@portolan/ui/field';
import { Input } from '@portolan/ui/input';
import { Select } from '@portolan/ui/select';
import type { ReactNode } from 'react';
import { useRows } from '../data/use-rows.ts';
import { DocumentField } from './document-field.tsx';
import { ListField } from './list-field.tsx';

type NamedField = InputField & { readonly name: string };
export type Values = Readonly<Record<string, string | boolean>>;

/** Returns what a form of an action starts with. */
export function initialValues(action: Action, given: InputValues): Values {
  // What has no field is kept as it was read, such as the revision of an object.
  const hidden = Object.entries(given).filter(
    ([name, value]) => typeof value === 'string' && !isAsked(action, name),
  );
  return Object.fromEntries([
    ...(hidden as readonly (readonly [string, string])[]),
    ...inputFields(action.inputs).map((field): readonly [string, string | boolean] => {
      const value = given[field.name];
      if (field.isSwitch === true) return [field.name, value === true || value === 'yes'];
      if (typeof value === 'string') return [field.name, value];
      return [field.name, Array.isArray(value) ? value.join(', ') : (field.initial ?? '')];
    }),
  ]);
}

function isAsked(action: Action, name: string): boolean {
  return inputFields(action.inputs).some((field) => field.name === name);
}

interface ActionFormProps {
  readonly action: Action;
  readonly values: Values;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (values: Values) => void;
}

/** The fields of an action, generated from its input schema. */
export function ActionForm({ action, values, errors, onChange }: ActionFormProps) {
  return inputFields(action.inputs).map((field) => (
    <FormField
      key={field.name}
      field={field}
      isRequired={!action.inputs.shape[field.name]?.safeParse(undefined).success}
      value={values[field.name] ?? ''}
      error={errors.get(field.name)}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
    />
  ));
}

interface FormFieldProps {
  readonly field: NamedField;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly isRequired: boolean;
  readonly onChange: (value: string | boolean) => void;
}

function FormField({ field, value, error, isRequired, onChange }: FormFieldProps) {
  if (field.isSwitch === true)
    return (
      <CheckboxField
        label={field.label}
        help={sentence(field.help)}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  const text = String(value);
  return (
    <Field label={field.label} error={error} isRequired={isRequired} {...helpOf(field)}>
      {(control) => controlOf(field, control, text, onChange)}
    </Field>
  );
}

function controlOf(
  field: NamedField,
  control: ControlProps,
  value: string,
  onChange: (value: string) => void,
): ReactNode {
  const kind = field.of === undefined ? null : findKindByName(field.of);
  if (field.isEnum === true) {
    const options = (field.choices ?? []).map((one) => ({ value: one, label: one }));
    return <Select {...control} options={options} value={value} onChange={onChange} className="w-full" />;
  }
  if (kind !== null) return <NamesField {...{ field, control, value, onChange, kind }} />;
  if (field.isList === true)
    return <ListField control={control} value={value} onChange={onChange} items={field.choices ?? []} />;
  if (field.choices !== undefined)
    return <Autocomplete {...control} value={value} onChange={onChange} items={field.choices} />;
  if (field.syntax !== undefined)
    return (
      <DocumentField
        label={field.label}
        syntax={field.syntax}
        control={control}
        value={value}
        onChange={onChange}
      />
    );
  return (
    <Input
      {...control}
      value={value}
      type={field.isSecret === true ? 'password' : 'text'}
      autoComplete={field.isSecret === true ? 'new-password' : 'off'}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface NamesFieldProps {
  readonly field: NamedField;
  readonly control: ControlProps;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly kind: Kind;
}

/** A name, or several, of objects that exist. */
function NamesField({ field, control, value, onChange, kind }: NamesFieldProps) {
  const { rows } = useRows(kind, { filter: '', sort: kind.sort });
  const names = [...new Set(rows.map((row) => kind.label(row)))];
  if (field.isList === true)
    return <ListField control={control} value={value} onChange={onChange} items={names} />;
  return <Autocomplete {...control} value={value} onChange={onChange} items={names} />;
}

/** Help that only repeats the label is none. */
function helpOf({ label, help }: InputField): { readonly help?: string } {
  return help.toLowerCase() === label.toLowerCase() ? {} : { help: sentence(help) };
}

/** `owner of the key` → `Owner of the key.` */
function sentence(help: string): string {
  return `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
}
