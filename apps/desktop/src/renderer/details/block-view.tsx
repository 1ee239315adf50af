import { cellOf, type Block, type Cell } from '@portolan/console/kinds/block';
import { Badge } from '@portolan/ui/badge';
import { Callout } from '@portolan/ui/callout';
import { CopyButton } from '@portolan/ui/copy-button';
import { Cell as TableCell, HeadCell, Table } from '@portolan/ui/table';
import { clsx } from 'clsx';
import { heading, shown } from '../data/headings.ts';
import { Sparkline } from './sparkline.tsx';
import { badgeTone, toneClass } from './tones.ts';

/** Blocks of a detail, one below the other. */
export function BlockList({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div className="flex flex-col gap-5">
      {blocks.map((block, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- blocks have no identity but their place
        <BlockView key={at} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'fields':
      return <FieldsBlock block={block} />;
    case 'table':
      return <TableBlock block={block} />;
    case 'spark':
      return (
        <section>
          <Title text={block.title} />
          <Sparkline title={block.title} values={block.values} caption={block.caption} marks={block.marks} />
        </section>
      );
    case 'text':
      return <TextBlock block={block} />;
    case 'cells':
      return (
        <section>
          <Title text={block.title} />
          {block.lines.length === 0 && <p className="text-muted">{capital(block.empty)}</p>}
          {block.lines.length > 0 && <Lines label={block.title} lines={block.lines} />}
        </section>
      );
    case 'note':
      return <NoteBlock block={block} />;
  }
}

type BlockOf<T extends Block['type']> = Extract<Block, { readonly type: T }>;

function FieldsBlock({ block }: { readonly block: BlockOf<'fields'> }) {
  return (
    <section>
      {block.title !== undefined && <Title text={block.title} />}
      <dl className="grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        {block.rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{shown(name)}</dt>
            <dd className="wrap-anywhere">
              <CellText cell={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function TableBlock({ block }: { readonly block: BlockOf<'table'> }) {
  const isRight = block.head.map((_name, at) => isFigures(block.rows.map((row) => row[at])));
  const title = block.title.replace(/ \((?:enter|[a-z]):[^)]*\)$/, '');
  return (
    <section>
      <Title text={title} />
      {block.rows.length === 0 ? (
        <p className="text-muted">{capital(block.empty)}</p>
      ) : (
        <Table aria-label={title}>
          <thead>
            <tr>
              {block.head.map((name, at) => (
                // oxlint-disable-next-line react/no-array-index-key -- columns have no identity but their place
                <HeadCell key={at} className={clsx(isRight[at] === true && 'text-right')}>
                  {name === '' ? <span className="sr-only">State</span> : heading(name)}
                </HeadCell>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- as above
              <tr key={at}>
                {row.map((cell, column) => (
                  // oxlint-disable-next-line react/no-array-index-key -- as above
                  <TableCell
                    key={column}
                    className={clsx(
                      'max-w-96 wrap-anywhere',
                      isRight[column] === true && 'text-right whitespace-nowrap',
                    )}
                  >
                    <CellText cell={cell} />
                  </TableCell>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

/** A number with its unit, a difference, or the sign for none. */
const FIGURE = /^(?:–|new|[+−±-]?[\d.,]+ ?(?:%|[kMG]?B|[kMG]|ms|s|min|h|d|pp)?)$/;

/** Returns whether a column holds figures, which are aligned to the right so that they can be compared. */
function isFigures(cells: readonly (Cell | undefined)[]): boolean {
  const texts = cells.flatMap((cell) => (cell === undefined ? [] : [cellOf(cell).text.trim()]));
  const filled = texts.filter((text) => text !== '' && text !== '–');
  return filled.length > 0 && texts.every((text) => text === '' || FIGURE.test(text));
}

function TextBlock({ block }: { readonly block: BlockOf<'text'> }) {
  const text = block.lines.map(shownLine).join('\n');
  return (
    <section className="min-w-0">
      <div className="mb-1.5 flex items-center justify-between gap-2">
        {block.title === undefined ? <span /> : <Title text={block.title} />}
        <CopyButton text={block.lines.join('\n')} />
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={block.title ?? 'Text'}
        className="max-h-[70vh] overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm/5"
      >
        {text}
      </pre>
    </section>
  );
}

function Lines({ label, lines }: { readonly label: string; readonly lines: readonly Cell[] }) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="max-h-[70vh] overflow-auto rounded-md border border-line bg-sunken py-2 font-mono text-sm/5"
    >
      {lines.map((line, at) => {
        const { text, tone } = cellOf(line);
        return (
          <div
            // oxlint-disable-next-line react/no-array-index-key -- lines have no identity but their place
            key={at}
            className={clsx('min-h-5 px-3 whitespace-pre-wrap wrap-anywhere', toneClass(tone))}
          >
            {shownLine(text)}
          </div>
        );
      })}
    </div>
  );
}

function NoteBlock({ block }: { readonly block: BlockOf<'note'> }) {
  const { tone, text } = block;
  if (tone === 'ok' || tone === 'warn' || tone === 'bad') return <Callout tone={tone}>{shown(text)}</Callout>;
  return <p className={clsx('wrap-anywhere', toneClass(tone))}>{shown(text)}</p>;
}

/** A piece of text; states are shown as badges. */
function CellText({ cell }: { readonly cell: Cell }) {
  const { text, tone } = cellOf(cell);
  const badge = badgeTone(tone);
  if (badge !== null && text.length > 0 && text.length <= 32)
    return <Badge tone={badge}>{shown(text)}</Badge>;
  return <span className={toneClass(tone)}>{shown(text)}</span>;
}

function Title({ text }: { readonly text: string }) {
  return <h3 className="mb-1.5 font-semibold">{shown(text)}</h3>;
}

/** As `shown`, with the spaces that lay a line out. */
function shownLine(line: string): string {
  const indent = line.length - line.trimStart().length;
  return ' '.repeat(indent) + shown(line.slice(indent));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
