import { clip, widthOf } from '../../term/fit.ts';

/** As much of Ink's own tree as the painter makes of it: boxes, and in them texts of one line each. */
interface Node {
  readonly nodeName: string;
  readonly nodeValue?: string;
  readonly childNodes?: readonly Node[];
  readonly yogaNode?: { getComputedWidth(): number };
}

interface Rendered {
  readonly output: string;
  readonly outputHeight: number;
  readonly staticOutput: string;
}

const drawn = new WeakMap<Node, { readonly text: string; readonly width: number; readonly line: string }>();

/** One line for each text of the tree, in order; a text that did not change is not looked at again. */
function render(root: Node): Rendered {
  const width = root.yogaNode?.getComputedWidth() ?? 0;
  const lines = textsOf(root).map((node) => lineOf(node, width));
  return { output: lines.join('\n'), outputHeight: lines.length, staticOutput: '' };
}

function textsOf(node: Node): readonly Node[] {
  if (node.nodeName === 'ink-text') return [node];
  return node.childNodes?.flatMap(textsOf) ?? [];
}

function lineOf(node: Node, width: number): string {
  const text = node.childNodes?.map((child) => child.nodeValue ?? '').join('') ?? '';
  const known = drawn.get(node);
  if (known?.text === text && known.width === width) return known.line;
  // Frames are drawn to fit; one that was drawn before the terminal shrank is cut, and loses its colours, for a moment.
  const line = (widthOf(text) <= width ? text : clip(text, width)).trimEnd();
  drawn.set(node, { text, width, line });
  return line;
}

// oxlint-disable-next-line import/no-default-export -- Ink imports the default
export default render;
