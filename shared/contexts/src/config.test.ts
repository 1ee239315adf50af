import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeConfig, loadConfig } from './config.ts';
import { openCredentials, type Keychain } from './credentials.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the configuration', () => {
  test('is the defaults where there is no file', async () => {
    const { config, problem } = await loadConfig(join(folder, 'none.yaml'));
    expect(problem).toBeNull();
    expect(config).toMatchObject({ theme: 'auto', keySet: 'vim' });
  });

  test.each([
    ['theme: purple\n', 'config.yaml:1 theme'],
    ['mouse: true\nkeyz: {}\n', 'Unrecognized key'],
    ['theme: [\n', 'is not YAML'],
  ])('with a mistake is the defaults and a line that says where: %j', async (text, said) => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, text);
    const loaded = await loadConfig(path);
    expect(loaded.problem).toContain(said);
    expect(loaded.config.theme).toBe('auto');
    await changeConfig(loaded, (config) => ({ ...config, ascii: true }));
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('keeps only what was chosen, readable by its owner alone', async () => {
    const path = join(folder, 'deep/config.yaml');
    const saved = await changeConfig(await loadConfig(path), (config) => ({ ...config, theme: 'light' }));
    expect(saved.config.theme).toBe('light');
    expect(await readFile(path, 'utf8')).toBe('theme: light\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('credentials', () => {
  const platform = 'https://portolan.example.com';

  test('go to the keychain where there is one, and leave the file', async () => {
    const kept = new Map<string, string>();
    const keychain: Keychain = {
      getPassword: async (_, account) => kept.get(account) ?? null,
      setPassword: async (_, account, password) => void kept.set(account, password),
      deletePassword: async (_, account) => kept.delete(account),
    };
    const path = join(folder, 'credentials.json');
    await openCredentials(path, () => Promise.reject(new Error('locked'))).set(platform, 'old');
    const store = openCredentials(path, () => Promise.resolve(keychain));
    expect(await store.set(platform, 'secret')).toMatchObject({ isKeychain: true });
    expect(await store.get(platform)).toBe('secret');
    await expect(stat(path)).rejects.toThrow('ENOENT');
    await store.remove(platform);
    expect(await store.get(platform)).toBeNull();
  });

  test('fall back to a private file where no keychain answers', async () => {
    const path = join(folder, 'credentials.json');
    const store = openCredentials(path, () => Promise.reject(new Error('no D-Bus')));
    expect(await store.set(platform, 'secret')).toEqual({ place: path, isKeychain: false });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await store.get(platform)).toBe('secret');
  });
});
