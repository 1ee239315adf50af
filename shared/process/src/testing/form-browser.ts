/** A browser limited to forms, redirects and cookies. It follows redirects to the given origins only. */
export class FormBrowser {
  readonly #origins: readonly string[];
  readonly #cookies = new Map<string, Map<string, string>>();
  url = '';
  text = '';

  constructor(...origins: readonly string[]) {
    this.#origins = origins;
  }

  async open(url: string, form?: Record<string, string>): Promise<this> {
    for (let next: string | null = url, body = form; next !== null; body = undefined) {
      this.url = next;
      const { origin } = new URL(next);
      if (!this.#origins.includes(origin)) return this;
      const cookies = this.#cookies.get(origin) ?? new Map<string, string>();
      this.#cookies.set(origin, cookies);
      const response: Response = await fetch(next, {
        redirect: 'manual',
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body ? { origin } : {}),
        },
        ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
      });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      this.text = await response.text();
      const location = response.headers.get('location');
      next = location === null ? null : new URL(location, next).href;
    }
    return this;
  }

  /**
   * Submits the page's form with its hidden fields and `fields`. With several forms, selects the one whose action ends with
   * `action`.
   */
  submit(fields: Record<string, string> = {}, action = ''): Promise<this> {
    const target = new RegExp(`<form[^>]*action="([^"]*${action})"`).exec(this.text)?.[1] ?? '';
    const hidden = [...this.text.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const all = { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...fields };
    return this.open(new URL(target.replaceAll('&amp;', '&'), this.url).href, all);
  }
}
