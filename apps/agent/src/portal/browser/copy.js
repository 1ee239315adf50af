const SHOWN_MS = 1500;

/**
 * Adds a button to everything that is there to be copied.
 * @param {ParentNode} root
 */
export function addCopyButtons(root) {
  for (const element of root.querySelectorAll('.copyable')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    const text = element.textContent ?? '';
    button.setAttribute('aria-label', `Copy ${text.length > 60 ? 'code' : text.trim()}`);
    button.addEventListener('click', () => void copy(text, button));
    if (element instanceof HTMLPreElement) element.append(button);
    else element.after(button);
  }
}

/**
 * @param {string} text
 * @param {HTMLButtonElement} button
 */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Press Ctrl+C';
    getSelection()?.selectAllChildren(button.parentElement ?? button);
  }
  setTimeout(() => (button.textContent = 'Copy'), SHOWN_MS);
}
