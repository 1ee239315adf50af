import type { Verb } from './verb.ts';
import { describeVerb } from './verbs/describe.ts';
import { getVerb } from './verbs/get.ts';
import { createHelpVerb, versionVerb } from './verbs/help.ts';
import { loginVerb } from './verbs/login.ts';
import { logoutVerb, whoamiVerb } from './verbs/session.ts';
import { uiVerb } from './verbs/ui.ts';

/** Every verb but `up`, which the launcher runs without loading any of this. */
export const allVerbs: readonly Verb[] = [
  uiVerb,
  getVerb,
  describeVerb,
  loginVerb,
  logoutVerb,
  whoamiVerb,
  versionVerb,
  createHelpVerb(() => allVerbs),
];
