/**
 * @typedef {{ kind: 'problem', message: string } | { kind: 'response', status: number, headers: [string, string][],
 *   text: string | null, bytes: number, isCut: boolean, durationMs: number }} Result
 */

/** Longer texts are shown as they came: writing them anew takes the page's time. */
const PRETTY_LENGTH_MAX = 100_000;

/**
 * Sends the form in the background and shows what came back; the portal sends the request itself.
 * @param {HTMLFormElement} form
 */
export function enhanceTryIt(form) {
  const shown = document.querySelector('#result');
  const button = form.querySelector('button');
  if (!(shown instanceof HTMLElement) || button === null) return;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    shown.setAttribute('aria-busy', 'true');
    void send(form)
      .then((result) => shown.replaceChildren(...nodesOf(result)))
      .catch(() => shown.replaceChildren(problem('The portal cannot be reached.')))
      .finally(() => {
        button.disabled = false;
        shown.removeAttribute('aria-busy');
      });
  });
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<Result>}
 */
async function send(form) {
  const fields = [...new FormData(form)].map(([name, value]) => [
    name,
    typeof value === 'string' ? value : value.name,
  ]);
  const response = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  if (response.status === 401) {
    location.reload();
    return { kind: 'problem', message: 'Your sign-in has ended.' };
  }
  if (!response.ok) return { kind: 'problem', message: `The portal responded ${response.status}.` };
  return /** @type {Promise<Result>} */ (response.json());
}

/**
 * @param {Result} result
 * @returns {Node[]}
 */
function nodesOf(result) {
  if (result.kind === 'problem') return [problem(result.message)];
  const line = document.createElement('p');
  line.className = 'request-line';
  const status = element('span', String(result.status), 'status');
  status.dataset['class'] = String(result.status)[0] ?? '';
  line.append(
    status,
    element('span', `${Math.round(result.durationMs)} ms`),
    element('span', `${result.bytes} bytes${result.isCut ? ' and more' : ''}`),
  );
  const headers = document.createElement('details');
  const list = document.createElement('dl');
  list.className = 'headers';
  for (const [name, value] of result.headers) {
    const row = document.createElement('div');
    row.append(element('dt', name), element('dd', value));
    list.append(row);
  }
  headers.append(element('summary', 'Headers'), list);
  const remaining = leftOf(result.headers);
  const top = remaining === '' ? [line] : [line, element('p', remaining, 'remaining')];
  if (result.text === null) return [...top, headers, element('p', 'The content is not text.')];
  const content = document.createElement('pre');
  content.tabIndex = 0;
  content.append(element('code', pretty(result.text)));
  return [...top, headers, content];
}

/**
 * What the gateway says is left of the plan after this request.
 * @param {[string, string][]} headers
 */
function leftOf(headers) {
  const fields = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const [quota, rate] = [fields.get('x-quota-remaining'), fields.get('x-ratelimit-remaining')];
  return [
    ...(quota === undefined ? [] : [`${quota} left of the quota`]),
    ...(rate === undefined ? [] : [`${rate} left of the rate`]),
  ].join(', ');
}

/** @param {string} text */
function pretty(text) {
  if (text.length > PRETTY_LENGTH_MAX || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** @param {string} message */
function problem(message) {
  const paragraph = element('p', message, 'notice');
  paragraph.setAttribute('role', 'alert');
  return paragraph;
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} [className]
 */
function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}
