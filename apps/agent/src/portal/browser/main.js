// Everything works without this script; with it, search answers while typing and a tried request leaves the page where it is.
import { addCopyButtons } from './copy.js';
import { enhanceSearch } from './search.js';
import { enhanceTryIt } from './try-it.js';

addCopyButtons(document.body);
for (const form of document.querySelectorAll('form.search'))
  enhanceSearch(/** @type {HTMLFormElement} */ (form));
for (const form of document.querySelectorAll('form[data-try]'))
  enhanceTryIt(/** @type {HTMLFormElement} */ (form));
