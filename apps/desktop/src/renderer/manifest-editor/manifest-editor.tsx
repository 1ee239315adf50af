import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, indentOnInput } from '@codemirror/language';
import { linter, lintGutter, lintKeymap, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef, useState } from 'react';
import { checkManifest, lineOfField } from './check-manifest.ts';
import { completeManifest } from './complete-manifest.ts';
import { editorTheme } from './editor-theme.ts';
import { replaceLines } from './replace-lines.ts';

interface ManifestEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Name for screen readers. */
  readonly label: string;
  /** Field at whose line the editor opens. */
  readonly field?: string;
}

/** Time after the last key before a manifest is checked. */
const CHECK_MS = 250;

/** A text editor for manifests: checks them as they are written and completes them from the CRDs. */
export function ManifestEditor({ value, onChange, label, field }: ManifestEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  const [faults, setFaults] = useState(0);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    // Inside of a shadow tree its styles are constructed sheets, which the content security policy allows; elsewhere they
    // would be elements.
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: 'open' });
    const parent = document.createElement('div');
    root.replaceChildren(parent);
    const view = new EditorView({
      root,
      parent,
      state: EditorState.create({
        doc: value,
        extensions: [
          extensions(label, setFaults),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    if (field !== undefined) goTo(view, lineOfField(value, field));
    return () => view.destroy();
    // The value is the editor's own from then on; see below for one that comes from elsewhere.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [label, field]);
  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);
  return (
    <>
      <div ref={place} />
      <p role="status" className={faults === 0 ? 'sr-only' : 'text-sm text-bad'}>
        {faults === 0
          ? 'No problems.'
          : `${faults === 1 ? '1 problem' : `${faults} problems`}: see the marks beside the lines.`}
      </p>
    </>
  );
}

/** Moves the cursor to a line and shows it in the middle. */
function goTo(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  view.focus();
}

function extensions(label: string, onFaults: (count: number) => void) {
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    yaml(),
    autocompletion({ override: [completeManifest] }),
    replaceLines,
    lintGutter(),
    linter((view) => diagnose(view, onFaults), { delay: CHECK_MS }),
    // Tab indents; escape, then tab leaves the editor (WCAG 2.1.2).
    keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-description': 'Escape, then Tab leaves the editor.',
      spellcheck: 'false',
    }),
    editorTheme,
  ];
}

function diagnose({ state }: EditorView, onFaults: (count: number) => void): readonly Diagnostic[] {
  const text = state.doc.toString();
  const faults = text.trim() === '' ? [] : checkManifest(text);
  onFaults(faults.length);
  return faults.map(({ line, severity, message }) => {
    const { from, to } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    return { from, to, severity, message };
  });
}
