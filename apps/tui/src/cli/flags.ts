import type { Flags } from './verb.ts';

/** Flags of every verb that talks to a platform. */
export const platformFlags: Flags = {
  platform: { type: 'string', value: 'URL', help: 'address of the platform (PORTOLAN_PLATFORM)' },
  workspace: {
    type: 'string',
    value: 'NAME',
    complete: 'workspaces',
    help: 'workspace (PORTOLAN_WORKSPACE)',
  },
  context: {
    type: 'string',
    value: 'NAME',
    complete: 'contexts',
    help: 'context of the configuration file to use',
  },
  'token-file': {
    type: 'string',
    value: 'FILE',
    complete: 'files',
    help: 'read the sign-in token from a file (PORTOLAN_TOKEN holds one)',
  },
  'request-timeout': {
    type: 'string',
    value: 'TIME',
    help: 'time a request may take; 60s by default, 0 for no limit',
  },
};

export const namespaceFlag: Flags = {
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAME',
    complete: 'namespaces',
    help: 'namespace of the objects',
  },
};

export const clusterFlag: Flags = {
  cluster: {
    type: 'string',
    value: 'NAME',
    complete: { of: 'clusters' },
    help: 'cluster; required if there are several',
  },
};

/** Output format of verbs that list objects. */
export const listOutputFlag: Flags = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'wide', 'json', 'yaml', 'name', 'jsonpath=', 'custom-columns='],
    help: 'table, wide, json, yaml, name, jsonpath=TEMPLATE or custom-columns=TITLE:PATH,…',
  },
};

/** Output format of verbs that create or change something. */
export const resultOutputFlag: Flags = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['text', 'json', 'yaml', 'name', 'jsonpath='],
    help: 'text, json, yaml, name or jsonpath=TEMPLATE',
  },
};

export const textOutputFlag: Flags = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['text', 'json', 'yaml'],
    help: 'text, json or yaml',
  },
};

export const yesFlag: Flags = {
  yes: {
    type: 'boolean',
    short: 'y',
    value: 'CONTEXT',
    help: 'do not ask; a production context must be named',
  },
};

export const dryRunFlag: Flags = {
  'dry-run': {
    type: 'boolean',
    choices: ['client', 'server', 'none'],
    help: 'only show what would change; the platform still checks it',
  },
};

/** Both generations share group and version, so that the caller has to choose. */
export const generationFlag: Flags = {
  generation: {
    type: 'string',
    value: 'v2|v3',
    choices: ['v2', 'v3'],
    help: 'generation of the kinds; by default that of the cluster, or v2 without one',
  },
};

/** As kubectl has it. */
export const kustomizeFlag: Flags = {
  kustomize: {
    type: 'string',
    short: 'k',
    value: 'DIR',
    complete: 'files',
    help: 'manifests that kustomize, or kubectl, builds of a directory',
  },
};

/** Flags of verbs that take manifests. */
export const fileFlags: Flags = {
  filename: {
    type: 'string',
    short: 'f',
    multiple: true,
    value: 'FILE|DIR|URL|-',
    complete: 'files',
    help: 'manifests; a directory is read recursively, "-" is standard input',
  },
  ...kustomizeFlag,
  ...clusterFlag,
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAME',
    complete: 'namespaces',
    help: 'namespace of objects without one',
  },
  ...generationFlag,
};
