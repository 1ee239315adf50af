import { dictionary } from '@portolan/contract/dictionary';
/** Renders an HTML page without scripts, in the light or dark colour scheme of the browser. */
export function page(title: string, body: string, width: 'narrow' | 'wide' = 'narrow'): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Portolan</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#d5dae1, #3a424e); --ink: light-dark(#1d2733, #e4e9f0); --quiet: light-dark(#5a6675, #9aa6b5);
  --ground: light-dark(#f6f8fa, #12161c); --sheet: light-dark(#fff, #1a2029); --sea: light-dark(#0b5c8a, #6cb8e6); --bad: light-dark(#b3261e, #ff8a80) }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: var(--ground); color: var(--ink) }
main { max-width: ${width === 'wide' ? '52rem' : '24rem'}; margin: 4rem auto; padding: 1.5rem 2rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: 0.5rem }
h1 { font-size: 1.5rem; margin: 0 0 1rem } h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem } a { color: var(--sea) }
label, input, select, button { display: block; width: 100%; box-sizing: border-box; margin: 0.4rem 0; font: inherit; padding: 0.4rem }
input, select { height: 2.5rem; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--ground); color: inherit }
button { border: 1px solid var(--sea); border-radius: 0.25rem; background: var(--sea); color: var(--sheet); cursor: pointer }
button.quiet { background: none; color: var(--sea); width: auto; margin-top: 1.5rem } :focus-visible { outline: 2px solid var(--sea); outline-offset: 2px }
label { padding: 0 } [role=alert] { color: var(--bad); font-weight: 600 } .quiet { color: var(--quiet) }
table { width: 100%; border-collapse: collapse } th, td { text-align: left; padding: 0.4rem 0.6rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td form { display: inline-block } td button.quiet { margin: 0 0.3rem 0 0; padding: 0 0.5rem } code { overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.6rem; background: var(--ground); border: 1px solid var(--line) }
.row { display: flex; gap: 0.6rem; align-items: end; flex-wrap: wrap } .row > * { flex: 1 1 10rem } .row button { height: 2.5rem } @media (max-width: 40rem) { main { margin: 0; border: 0 } }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>`;
}

const ENTITIES = dictionary<string>({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}
