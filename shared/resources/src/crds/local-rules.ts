import type { Schema, ValidationRule } from './custom-resource-definition.ts';

/** A CEL rule for the node at a path such as `spec.apiKey.keySource`; the empty path is the object. */
interface LocalRule extends ValidationRule {
  readonly kinds: readonly string[];
  readonly path: string;
}

const METHODS = ['jwt', 'basicAuth', 'apiKey', 'oidc', 'oidcGoogle', 'oAuthIntro'];
const VERIFICATION = ['signingSecret', 'publicKey', 'jwksFile', 'jwksUrl'];
const KEY_SOURCES = ['header', 'query', 'cookie'];
const policies = ['AccessControlPolicy'];

/**
 * Faults that the schema lets pass, because other agents do, but with which nothing can be served: what compiling finds in
 * the object alone, as far as CEL can say it, in the same words.
 */
const localRules: readonly LocalRule[] = [
  {
    kinds: policies,
    path: '',
    rule: `has(self.spec) && (${METHODS.map((name) => `has(self.spec.${name})`).join(' || ')})`,
    message: `exactly one of ${METHODS.join(', ')} must be set`,
  },
  {
    kinds: policies,
    path: 'spec.jwt',
    rule: anyText(VERIFICATION),
    message: `jwt names nothing to verify tokens with: set one of ${VERIFICATION.join(', ')}`,
  },
  {
    kinds: policies,
    path: 'spec.apiKey.keySource',
    rule: anyText(KEY_SOURCES),
    message: 'apiKey.keySource does not say where requests carry the key: set header, query or cookie',
  },
  {
    kinds: policies,
    path: 'spec.oidc',
    rule: anyText(['issuer']),
    message: 'oidc.issuer is not set',
  },
  ...['spec.oidc', 'spec.oidcGoogle'].flatMap((path) => [
    { kinds: policies, path, rule: anyText(['clientId']), message: 'clientId is not set' },
    { kinds: policies, path, rule: 'has(self.secret)', message: 'secret is not set' },
  ]),
  {
    kinds: policies,
    path: 'spec.oidcGoogle',
    rule: 'has(self.emails) && size(self.emails) > 0',
    message: 'oidcGoogle.emails is empty',
  },
];

/** Returns the schema of a kind with its local rules, those of the schema first. */
export function addLocalRules(kind: string, schema: Schema): Schema {
  return localRules
    .filter(({ kinds }) => kinds.includes(kind))
    .reduce((changed, { path, rule, message }) => addRule(changed, path, { rule, message }), schema);
}

function addRule(schema: Schema, path: string, rule: ValidationRule): Schema {
  const [step = '', ...rest] = path.split('.');
  if (step === '') {
    return {
      ...schema,
      'x-kubernetes-validations': [...(schema['x-kubernetes-validations'] ?? []), rule],
    };
  }
  const property = schema.properties?.[step];
  if (property === undefined) throw new Error(`the schema has no field ${path}`);
  return {
    ...schema,
    properties: { ...schema.properties, [step]: addRule(property, rest.join('.'), rule) },
  };
}

/** At least one of these fields is a text that is not empty. */
function anyText(fields: readonly string[]): string {
  return fields.map((field) => `(has(self.${field}) && self.${field} != '')`).join(' || ');
}
