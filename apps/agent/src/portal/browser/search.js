/**
 * @typedef {{ href: string, method: string, path: string, summary: string, api: string }} Hit
 */

const PAUSE_MS = 80;

/**
 * Shows hits below the search field while typing (ARIA combobox with a list). `/` goes to the field.
 * @param {HTMLFormElement} form
 */
export function enhanceSearch(form) {
  const input = form.querySelector('input');
  if (input === null) return;
  const hits = new HitList(form, input);
  let pause = 0;
  input.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => void hits.ask(), PAUSE_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (hits.takes(event.key)) event.preventDefault();
  });
  form.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node) || !form.contains(event.relatedTarget)) hits.close();
  });
  document.addEventListener('keydown', (event) => {
    const isTyping =
      event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

class HitList {
  #input;
  #list = document.createElement('ul');
  #selected = -1;
  /** @type {AbortController | null} */
  #asking = null;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} input
   */
  constructor(form, input) {
    this.#input = input;
    this.#list.className = 'hits';
    this.#list.id = 'search-hits';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', 'Search results');
    this.#list.hidden = true;
    // Before the field loses the focus, which closes the list.
    this.#list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      if (event.target instanceof Element) this.#open(event.target.closest('li') ?? undefined);
    });
    form.append(this.#list);
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-controls', this.#list.id);
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-expanded', 'false');
  }

  close() {
    this.#list.hidden = true;
    this.#selected = -1;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }

  async ask() {
    this.#asking?.abort();
    const text = this.#input.value.trim();
    if (text === '') {
      this.close();
      return;
    }
    const request = new AbortController();
    this.#asking = request;
    try {
      const response = await fetch(`/search?q=${encodeURIComponent(text)}`, {
        headers: { accept: 'application/json' },
        signal: request.signal,
      });
      if (!response.ok) return;
      const { items } = /** @type {{ items: Hit[] }} */ (await response.json());
      this.#list.replaceChildren(...items.map((hit, index) => optionOf(hit, index)));
      this.#selected = -1;
      this.#list.hidden = items.length === 0;
      this.#input.setAttribute('aria-expanded', String(items.length > 0));
    } catch {
      // Another question has taken its place, or the network is away: Enter still opens the page of results.
    }
  }

  /**
   * Does what a key means while the list is open; returns whether it meant anything.
   * @param {string} key
   */
  takes(key) {
    if (this.#list.hidden) return false;
    switch (key) {
      case 'ArrowDown':
        this.#select(this.#selected + 1);
        return true;
      case 'ArrowUp':
        this.#select(this.#selected < 0 ? -1 : this.#selected - 1);
        return true;
      case 'Escape':
        this.close();
        return true;
      case 'Enter':
        if (this.#selected < 0) return false;
        this.#open(this.#list.children[this.#selected]);
        return true;
      default:
        return false;
    }
  }

  /** @param {Element | undefined} option */
  #open(option) {
    const href = option instanceof HTMLElement ? option.dataset['href'] : undefined;
    if (href !== undefined) location.assign(href);
  }

  /** @param {number} at */
  #select(at) {
    const options = [...this.#list.children];
    this.#selected = (at + options.length) % options.length;
    for (const [index, option] of options.entries())
      option.setAttribute('aria-selected', String(index === this.#selected));
    const option = options[this.#selected];
    if (option === undefined) return;
    option.scrollIntoView({ block: 'nearest' });
    this.#input.setAttribute('aria-activedescendant', option.id);
  }
}

/**
 * @param {Hit} hit
 * @param {number} index
 */
function optionOf({ href, method, path, summary, api }, index) {
  const option = document.createElement('li');
  option.id = `hit-${index}`;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-selected', 'false');
  option.dataset['href'] = href;
  const verb = document.createElement('span');
  verb.className = 'method';
  verb.dataset['method'] = method;
  verb.textContent = method;
  const main = document.createElement('span');
  main.textContent = path || summary;
  const more = document.createElement('small');
  more.textContent = path === '' ? '' : [summary, api].filter((part) => part !== '').join(' · ');
  option.append(verb, main, more);
  return option;
}
