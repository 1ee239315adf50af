import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** No timestamp, and "unknown" as operating system (RFC 1952 §2.3.1). */
const GZIP_OS = 9;
const OS_UNKNOWN = 255;

/**
 * Packs a directory so that equal content gives equal bytes: names are sorted, times are that of the commit, owners are 0 and
 * permissions those of the owner for all (https://reproducible-builds.org/docs/archives/). Needs GNU tar.
 * @param prefix Directory in which everything is in the archive.
 * @param epoch Seconds since 1970.
 */
export function packDirectory(
  directory: string,
  target: string,
  { prefix, epoch }: { readonly prefix: string; readonly epoch: number },
): void {
  const scratch = mkdtempSync(join(tmpdir(), 'portolan-archive-'));
  try {
    const tar = join(scratch, 'archive.tar');
    execFileSync('tar', [
      '--create',
      // Long names and links, without the process id that pax headers are named after.
      '--format=gnu',
      '--sort=name',
      `--mtime=@${epoch}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=go=rX,u+rw,a-s',
      `--transform=s,^\\.,${prefix},`,
      `--file=${tar}`,
      `--directory=${directory}`,
      '.',
    ]);
    writeFileSync(target, gzip(tar));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function gzip(file: string): Buffer {
  const packed = gzipSync(readFileSync(file), { level: 9 });
  packed[GZIP_OS] = OS_UNKNOWN;
  return packed;
}
