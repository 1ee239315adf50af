import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { refuseSize } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import { StartupError } from '@portolan/process/startup-error';
import type { SourceOptions, Source, SourceUpdate } from '../source.ts';
import { FileTable } from './file-table.ts';

const MANIFEST_EXTENSIONS = new Set(['.yaml', '.yml', '.json']);
// Long enough for a half-written file to be finished, short enough to feel immediate.
const SETTLE_MS = 30;
// Events come in bursts; one look serves them all.
const GATHER_MS = 10;
// How long a file that has gone may take to come back as another one.
const REPLACE_MS = 60;

export interface DirectoryOptions extends Pick<SourceOptions, 'generation' | 'lastValid'> {
  /** Directory of manifests. */
  readonly resources: string;
}

/** Follows all manifests below a directory. Reads only: nothing is ever written there. */
export class DirectorySource implements Source {
  readonly description: string;
  readonly #directory: string;
  readonly #table: FileTable;
  readonly #pending = new Set<string>();
  readonly #unwatched = new Set<string>();
  #watcher: FSWatcher | null = null;
  /** The first snapshot has everything: until it is made, nothing is read on the side. */
  #isStarted = false;
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> = Promise.resolve();
  #onUpdate: (update: SourceUpdate) => void = () => {};

  private constructor({ resources, generation, lastValid }: DirectoryOptions) {
    this.#directory = resources;
    this.#table = new FileTable(generation);
    this.#table.restore(lastValid);
    this.description = `directory ${resources}`;
  }

  /** @throws StartupError when the directory cannot be read */
  static async open(options: DirectoryOptions): Promise<DirectorySource> {
    await readdir(options.resources).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartupError(
        `Cannot read the resources directory ${options.resources}: ${why}.`,
        'Choose a directory of manifests with --resources.',
      );
    });
    return new DirectorySource(options);
  }

  async start(onUpdate: (update: SourceUpdate) => void): Promise<void> {
    const watcher = watch(this.#directory, {
      ignored: (path, stats) => this.#isIgnored(path, stats?.isFile() ?? false),
      // Editors save by renaming a new file over the old one: not a removal.
      atomic: REPLACE_MS,
    });
    this.#watcher = watcher;
    watcher.on('all', (event, path) => {
      if (event === 'add' || event === 'change' || event === 'unlink') this.#changed(path);
    });
    watcher.on('error', (error) => this.#cannotWatch(error));
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    this.#table.keepOnly(this.#pending);
    await this.#readPending(0);
    this.#isStarted = true;
    this.#onUpdate = onUpdate;
    this.#publish();
    if (this.#pending.size > 0) this.#schedule();
  }

  async close(): Promise<void> {
    this.#onUpdate = () => {};
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#watcher?.close();
    this.#watcher = null;
    await this.#reading;
  }

  #isIgnored(path: string, isFile: boolean): boolean {
    const name = basename(path);
    if (path !== this.#directory && (name.startsWith('.') || name === 'node_modules')) return true;
    return isFile && !MANIFEST_EXTENSIONS.has(extname(name).toLowerCase());
  }

  #changed(path: string): void {
    this.#pending.add(this.#nameOf(path));
    this.#schedule();
  }

  #nameOf(path: string): string {
    return relative(this.#directory, path).split(sep).join('/');
  }

  // One entry that cannot be watched (a link to itself, a directory of another user) says nothing about the others.
  #cannotWatch(error: unknown): void {
    const path = error instanceof Error && 'path' in error ? error.path : undefined;
    const isWithin = typeof path === 'string' && path.startsWith(join(this.#directory, sep));
    const name = isWithin ? this.#nameOf(path) : '.';
    if (isWithin) this.#unwatched.add(name);
    this.#table.refuse(name, unreadable(isWithin ? name : this.#directory, error));
    this.#publish();
  }

  #publish(): void {
    if (this.#isStarted) this.#onUpdate(this.#table.nextUpdate());
  }

  // A fixed delay from the first change on, so that a stream of changes cannot put the reading off for ever.
  #schedule(): void {
    if (this.#timer || !this.#watcher || !this.#isStarted) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#reading = this.#reading
        .then(() => this.#readPending(SETTLE_MS))
        .then((isChanged) => {
          if (isChanged) this.#publish();
          if (this.#pending.size > 0) this.#schedule();
        });
    }, GATHER_MS);
  }

  /** Returns whether there is anything new; files still being written stay pending. */
  async #readPending(settleMs: number): Promise<boolean> {
    const before = this.#table.version;
    // No event says when an unwatched entry changes: it is read along with everything else.
    const files = [...new Set([...this.#pending, ...this.#unwatched])];
    this.#pending.clear();
    await Promise.all(files.map((file) => this.#readOne(file, settleMs)));
    return this.#table.version !== before;
  }

  async #readOne(file: string, settleMs: number): Promise<void> {
    const path = join(this.#directory, file);
    try {
      const stats = await stat(path);
      const { mtimeMs, size } = stats;
      if (stats.isDirectory()) {
        await access(path, constants.R_OK | constants.X_OK);
        this.#forget(file);
        return;
      }
      const refusal = stats.isFile() ? refuseSize(size, file) : notAFile(file);
      if (refusal) {
        this.#table.refuse(file, refusal);
        return;
      }
      // Still being written, perhaps: an empty or half file must not take objects out of service.
      const ageMs = Date.now() - mtimeMs;
      if (ageMs >= 0 && ageMs < settleMs) {
        this.#pending.add(file);
        return;
      }
      const content = await readFile(path);
      if (content.length !== size) this.#pending.add(file);
      else this.#table.put(file, content);
    } catch (error) {
      if (isGone(error)) this.#forget(file);
      else this.#table.refuse(file, unreadable(file, error));
    }
  }

  #forget(file: string): void {
    this.#unwatched.delete(file);
    this.#table.remove(file);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

// A pipe would be read for ever.
function notAFile(file: string): Problem {
  return {
    code: 'manifest-unreadable',
    severity: 'error',
    file,
    line: 1,
    message: 'this is a pipe, socket or device, not a regular file',
    fix: 'replace it with a file, or remove it',
  };
}

function unreadable(file: string, error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: 'manifest-unreadable',
    severity: 'error',
    file,
    line: 1,
    message: `the file cannot be read: ${why}`,
    fix: 'give the user the agent runs as permission to read it',
  };
}
