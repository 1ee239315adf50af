/** A browser as far as the forms, redirects and cookies of one origin go. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  #url = '';
  text = '';

  async open(url: string, form?: Record<string, string>): Promise<this> {
    for (let next: string | null = url, body = form; next !== null; body = undefined) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response: Response = await fetch(next, {
        redirect: 'manual',
        headers: { cookie },
        ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
      });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        this.#cookies.set(name, value);
      }
      this.#url = next;
      this.text = await response.text();
      const location = response.headers.get('location');
      next = location === null ? null : new URL(location, next).href;
    }
    return this;
  }

  /** Submits the page's form with its hidden fields and these. */
  submit(fields: Record<string, string> = {}): Promise<this> {
    const action = /<form[^>]*action="([^"]*)"/.exec(this.text)?.[1] ?? '';
    const hidden = [...this.text.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const all = { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...fields };
    return this.open(new URL(action.replaceAll('&amp;', '&'), this.#url).href, all);
  }
}
