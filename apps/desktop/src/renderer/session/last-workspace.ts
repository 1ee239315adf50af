const KEY = 'portolan.workspace';

/** Remembers the workspace that was looked at last. */
export function rememberWorkspace(workspace: string): void {
  localStorage.setItem(KEY, workspace);
}

/** Returns the workspace that was looked at last; null when there is none. */
export function lastWorkspace(): string | null {
  return localStorage.getItem(KEY);
}
