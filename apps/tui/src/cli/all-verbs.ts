import type { Verb } from './verb.ts';
import { applyVerb } from './verbs/apply.ts';
import { deleteVerb } from './verbs/delete.ts';
import { createCompletionVerb } from './verbs/completion.ts';
import { contextVerb } from './verbs/context.ts';
import { createVerb, grantVerb } from './verbs/create.ts';
import { describeVerb } from './verbs/describe.ts';
import { doctorVerb } from './verbs/doctor.ts';
import { getVerb } from './verbs/get.ts';
import { createHelpVerb, versionVerb } from './verbs/help.ts';
import { loginVerb } from './verbs/login.ts';
import { logoutVerb, whoamiVerb } from './verbs/session.ts';
import { uiVerb } from './verbs/ui.ts';
import { schemaVerb, validateVerb } from './verbs/validate.ts';
import { whyVerb } from './verbs/why.ts';

/** Every verb but `up`, which the launcher runs without loading any of this. */
export const allVerbs: readonly Verb[] = [
  uiVerb,
  getVerb,
  describeVerb,
  createVerb,
  grantVerb,
  applyVerb,
  deleteVerb,
  validateVerb,
  schemaVerb,
  whyVerb,
  loginVerb,
  logoutVerb,
  whoamiVerb,
  contextVerb,
  doctorVerb,
  createCompletionVerb(() => allVerbs),
  versionVerb,
  createHelpVerb(() => allVerbs),
];
