import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where this user's files are, by the XDG base directory specification. */
export function userPaths(env: Environment): {
  readonly config: string;
  readonly credentials: string;
  readonly state: string;
} {
  const home = env['HOME'] ?? homedir();
  const configDir = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'portolan');
  return {
    config: join(configDir, 'config.yaml'),
    credentials: join(configDir, 'credentials.json'),
    state: join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'portolan'),
  };
}
