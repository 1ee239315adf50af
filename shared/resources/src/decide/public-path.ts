import type { Route } from '../model/model.ts';
import { anchorsOf } from './path-tree.ts';

/** Returns the path under which a route is called; `/` where its rule names none. */
export function publicPath({ guard, rule }: Route): string {
  if (guard.kind === 'api' && guard.api.gateway !== null)
    return `${guard.api.prefix}${guard.api.versionPrefix}` || '/';
  return anchorsOf(rule)?.[0]?.prefix || '/';
}
