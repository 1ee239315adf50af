/** How one language writes days, times and numbers. Making a format takes longer than rendering a page with it. */
class Formats {
  readonly #locale: string;
  #day: Intl.DateTimeFormat | null = null;
  #time: Intl.DateTimeFormat | null = null;
  #number: Intl.NumberFormat | null = null;

  constructor(locale: string) {
    this.#locale = locale;
  }

  get day(): Intl.DateTimeFormat {
    return (this.#day ??= new Intl.DateTimeFormat(this.#locale, { dateStyle: 'medium', timeZone: 'UTC' }));
  }

  get time(): Intl.DateTimeFormat {
    const style = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
    return (this.#time ??= new Intl.DateTimeFormat(this.#locale, style));
  }

  get number(): Intl.NumberFormat {
    return (this.#number ??= new Intl.NumberFormat(this.#locale));
  }
}

/** Callers may name any number of languages. */
const LOCALES_MAX = 50;
const known = new Map<string, Formats>();

/** Returns a day as people of the locale write it, in UTC. */
export function formatDay(time: string | Date, locale: string): string {
  return formatsOf(locale).day.format(new Date(time));
}

/** Returns a time as people of the locale write it, in UTC and marked as such. */
export function formatTime(time: string | Date, locale: string): string {
  return `${formatsOf(locale).time.format(new Date(time))} UTC`;
}

/** Returns a number as people of the locale write it. */
export function formatNumber(value: number, locale: string): string {
  return formatsOf(locale).number.format(value);
}

function formatsOf(locale: string): Formats {
  let formats = known.get(locale);
  if (formats === undefined) {
    if (known.size >= LOCALES_MAX) known.clear();
    known.set(locale, (formats = new Formats(locale)));
  }
  return formats;
}
