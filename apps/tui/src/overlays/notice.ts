import type { Block } from '@portolan/console/kinds/block';
import { formatBlocks } from '../terminal/blocks.ts';
import type { App, Overlay } from '../state/app.ts';
import type { Theme } from '../terminal/theme.ts';
import type { Drawn } from '../state/overlay.ts';

const MASK_AFTER_MS = 30_000;

/** Something to read before going on; a secret in it can be copied and is masked again after half a minute. */
export class Notice implements Overlay {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly secret: string | null;
  readonly #openedAt: number;
  readonly #now: () => number;

  constructor(
    title: string,
    blocks: readonly Block[],
    options: { readonly secret?: string; readonly now: () => number },
  ) {
    this.title = title;
    this.blocks = blocks;
    this.secret = options.secret ?? null;
    this.#now = options.now;
    this.#openedAt = options.now();
  }

  get hints(): string {
    return this.secret === null ? 'enter close' : 'y copy  enter close';
  }

  key(key: string, app: App): void | Promise<void> {
    if (key === 'y' && this.secret !== null) return app.copy(this.secret, 'the secret');
    if (key === 'enter' || key === 'esc' || (key === 'q' && this.secret === null)) app.closeOverlay();
  }

  draw({ width }: { width: number; height: number }, theme: Theme): Drawn {
    const lines = formatBlocks(this.blocks, width - 4, theme).map((line) => `  ${line}`);
    if (this.secret === null) return { lines };
    const isMasked = this.#now() - this.#openedAt > MASK_AFTER_MS;
    const shown = isMasked ? `${'•'.repeat(24)}  (masked; y still copies it)` : this.secret;
    return { lines: [...lines, '', `  ${theme.paint('strong', shown)}`] };
  }
}
