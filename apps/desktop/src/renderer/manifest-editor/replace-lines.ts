import { EditorView } from '@codemirror/view';

/**
 * Replaces several lines by what is inserted. Browsers merge the elements of lines and keep their looks as inline styles, which the
 * content security policy refuses.
 */
export const replaceLines = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data } = event;
    if (inputType !== 'insertText' || data === null || event.isComposing) return false;
    const { from, to } = selectedIn(view);
    const isOneLine = view.state.doc.lineAt(from).number === view.state.doc.lineAt(to).number;
    if (isOneLine && !data.includes('\n')) return false;
    view.dispatch({
      changes: { from, to, insert: data },
      selection: { anchor: from + data.length },
      userEvent: 'input.type',
      scrollIntoView: true,
    });
    event.preventDefault();
    return true;
  },
});

/** What is selected, as the browser has it: the editor learns of it a moment later. Not all browsers tell for shadow trees. */
function selectedIn(view: EditorView): { readonly from: number; readonly to: number } {
  const root = view.root as Partial<Pick<Document, 'getSelection'>>;
  const selection = root.getSelection?.();
  const { anchorNode, focusNode } = selection ?? {};
  const isInside = (node: Node | null | undefined) => node instanceof Node && view.contentDOM.contains(node);
  if (!selection || !anchorNode || !focusNode || !isInside(anchorNode) || !isInside(focusNode))
    return view.state.selection.main;
  const anchor = view.posAtDOM(anchorNode, selection.anchorOffset);
  const head = view.posAtDOM(focusNode, selection.focusOffset);
  return { from: Math.min(anchor, head), to: Math.max(anchor, head) };
}
