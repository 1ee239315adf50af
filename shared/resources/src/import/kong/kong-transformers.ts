import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** https://developer.konghq.com/plugins/request-transformer/reference/ */
export function readRequestTransformer(config: SourceMap, losses: Losses): readonly MiddlewareSpecObject[] {
  const fields = readFields(config, losses, 'request');
  const uri = config.map('replace')?.text('uri');
  const isPlain = uri === undefined || !uri.includes('$(');
  if (uri !== undefined && !isPlain)
    losses.add('ignored', config.at('replace.uri'), 'templates are not imported');
  if (config.has('http_method'))
    losses.add('ignored', config.at('http_method'), 'the method of a request is kept');
  config.skip('http_method', 'dots_in_keys');
  return [
    ...(Object.keys(fields).length === 0 ? [] : [{ headers: { customRequestHeaders: fields } }]),
    ...(uri === undefined || !isPlain ? [] : [{ replacePath: { path: uri } }]),
  ];
}

/** https://developer.konghq.com/plugins/response-transformer/reference/ */
export function readResponseTransformer(config: SourceMap, losses: Losses): readonly MiddlewareSpecObject[] {
  const fields = readFields(config, losses, 'response');
  config.skip('dots_in_keys');
  return Object.keys(fields).length === 0 ? [] : [{ headers: { customResponseHeaders: fields } }];
}

const STEPS = ['remove', 'rename', 'replace', 'add', 'append'] as const;

/** Returns the header fields that are set, and those that are removed as empty. */
function readFields(
  config: SourceMap,
  losses: Losses,
  message: 'request' | 'response',
): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const step of STEPS) {
    const map = config.map(step);
    if (map === undefined) continue;
    for (const key of ['querystring', 'body', 'json', 'json_types'])
      if ((map.texts(key) ?? []).length > 0)
        losses.add('ignored', map.at(key), 'only header fields are changed: bodies and queries are kept');
    for (const entry of map.texts('headers') ?? []) readField(entry, { step, map, fields, losses, message });
  }
  return Object.fromEntries(fields);
}

interface FieldContext {
  readonly step: (typeof STEPS)[number];
  readonly map: SourceMap;
  readonly fields: Map<string, string>;
  readonly losses: Losses;
  readonly message: 'request' | 'response';
}

function readField(entry: string, { step, map, fields, losses, message }: FieldContext): void {
  const [, name = entry, value = ''] = /^([^:]+):(.*)$/s.exec(entry) ?? [];
  const path = map.at('headers');
  if (step === 'remove') {
    fields.set(name, '');
    return;
  }
  if (step === 'rename' || value.includes('$(')) {
    losses.add(
      'ignored',
      path,
      `"${name}" is not ${step === 'rename' ? 'renamed' : 'set: templates are not imported'}`,
    );
    return;
  }
  if (step === 'add')
    losses.add(
      'changed',
      path,
      `"${name}" replaces what the ${message} has; Kong adds it only where there is none`,
    );
  if (step === 'replace')
    losses.add('changed', path, `"${name}" is set always; Kong replaces it only where there is one`);
  if (step === 'append')
    losses.add('changed', path, `"${name}" replaces what the ${message} has instead of being appended`);
  fields.set(name, value.trim());
}
