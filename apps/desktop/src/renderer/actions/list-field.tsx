import { Autocomplete } from '@portolan/ui/autocomplete';
import type { ControlProps } from '@portolan/ui/field';
import { X } from 'lucide-react';
import { useState } from 'react';

interface ListFieldProps {
  readonly control: ControlProps;
  /** Separated by commas. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly items: readonly string[];
}

/** Several names: those chosen as chips, and a field that adds one more. */
export function ListField({ control, value, onChange, items }: ListFieldProps) {
  const [typed, setTyped] = useState('');
  const chosen = value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const add = (text: string) => {
    const more = text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '' && !chosen.includes(one));
    if (more.length > 0) onChange([...chosen, ...more].join(', '));
    setTyped('');
  };
  const type = (text: string) => (items.includes(text) || text.endsWith(',') ? add(text) : setTyped(text));
  return (
    <div
      className="flex flex-col gap-1.5"
      onBlur={() => add(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && typed.trim() !== '') {
          event.preventDefault();
          add(typed);
        }
        if (event.key === 'Backspace' && typed === '') onChange(chosen.slice(0, -1).join(', '));
      }}
    >
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-1" aria-label="Chosen">
          {chosen.map((one) => (
            <li key={one} className="inline-flex items-center gap-1 rounded bg-sunken py-0.5 pr-1 pl-2">
              <span className="wrap-anywhere">{one}</span>
              <button
                type="button"
                aria-label={`Remove ${one}`}
                className="rounded p-1 text-muted hover:bg-hover"
                onClick={() => onChange(chosen.filter((other) => other !== one).join(', '))}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Autocomplete
        {...control}
        value={typed}
        onChange={type}
        items={items.filter((one) => !chosen.includes(one))}
      />
    </div>
  );
}
