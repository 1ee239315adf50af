import { cellOf, type Block } from '@portolan/console/kinds/block';

/** Returns a block in sentences. */
export function spoken(block: Block): readonly string[] {
  switch (block.type) {
    case 'fields':
      return block.rows.map(([label, cell]) => `${label}: ${cellOf(cell).text}`);
    case 'table':
      if (block.rows.length === 0) return [`${block.title}: ${block.empty}`];
      return [
        `${block.title}: ${block.rows.length}`,
        ...block.rows.map(
          (row, at) =>
            `${at + 1}. ${row.map((cell, column) => `${(block.head[column] ?? '').toLowerCase()} ${cellOf(cell).text}`.trim()).join(', ')}`,
        ),
      ];
    case 'spark':
      return [`${block.title}: ${block.caption}`];
    case 'text':
      return block.lines;
    case 'cells':
      return [
        `${block.title}:`,
        ...(block.lines.length === 0 ? [block.empty] : block.lines.map((cell) => cellOf(cell).text)),
      ];
    case 'note':
    default:
      return [block.text];
  }
}
