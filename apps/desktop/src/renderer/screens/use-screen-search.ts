import { useNavigate, useSearch } from '@tanstack/react-router';

/** Returns what the address says about a screen, and a way to change it: an empty value leaves the address. */
export function useScreenSearch(): {
  get(name: string): string;
  set(values: Readonly<Record<string, string>>): void;
} {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  return {
    get(name) {
      const value = search[name];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    },
    set(values) {
      const next = Object.entries({ ...search, ...values }).filter(([, value]) => value !== '');
      void navigate({ to: '.', replace: true, search: Object.fromEntries(next) as Record<string, string> });
    },
  };
}
