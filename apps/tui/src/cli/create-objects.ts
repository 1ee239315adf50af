import { faultOf, planCreate } from '@portolan/console/actions/manifests';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { usageFailure } from '@portolan/console/failure';
import { connect } from './connect.ts';
import { print, type Io } from '../terminal/io.ts';
import { report } from './result.ts';
import { objectName } from './manifest-object.ts';
import { tellCells } from './show-diff.ts';
import type { Arguments } from './verb.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

/** Creates objects as one change; refuses the lot when one of them is there already. */
export async function createObjects(
  args: Arguments,
  io: Io,
  objects: readonly KubernetesObject[],
): Promise<number> {
  for (const object of objects) {
    const fault = await faultOf(object);
    if (fault !== null)
      throw usageFailure(`${object.kind} ${object.metadata.name}: ${fault}.`, 'Nothing was changed.');
  }
  const output = args.text('output') ?? 'text';
  const isDry = args.has('dry-run');
  // As kubectl does, a manifest can be made without a platform.
  if (isDry && args.text('dry-run') !== 'server' && (output === 'yaml' || output === 'json')) {
    print(io, manifestsOf(objects, output));
    return 0;
  }
  const session = await connect(args, io);
  const plan = await planCreate(session, { objects, cluster: args.text('cluster') });
  tellCells(io, plan.warnings);
  for (const step of isDry ? [] : plan.steps) await step.run();
  for (const { after } of plan.changePlans.flatMap(({ changes }) => changes)) {
    if (after === null) continue;
    const name = objectName(after);
    await report(io, args, { line: `${name} created${isDry ? ' (dry run)' : ''}`, name, object: after });
  }
  return 0;
}

function manifestsOf(objects: readonly KubernetesObject[], output: 'yaml' | 'json'): string {
  if (output === 'yaml') return objects.map((object) => formatYaml(object)).join('---\n');
  const [first, ...more] = objects;
  return JSON.stringify(
    more.length === 0 ? first : { apiVersion: 'v1', kind: 'List', items: objects },
    null,
    2,
  );
}
