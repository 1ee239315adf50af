import type { Generation } from '@portolan/resources/kinds/registry';
import type { Answer } from './answer.ts';
import { askApiServer, buildApiServer, evaluateExpressions, kubernetesVersion } from './api-server.ts';
import { distil } from './distil.ts';
import { expressions } from './expressions.ts';
import { generateObjects } from './generate-objects.ts';
import { handMadeObjects } from './hand-made-objects.ts';
import {
  schemaDigest,
  writeContext,
  writeExpressions,
  writeObjects,
  type RecordedContext,
  type RecordedObjects,
} from './recorded.ts';

// Asks Kubernetes' own code anew and writes down what it says: npm run record:apiserver (needs Go).
const GENERATED = 6_000;
const SEED = 1;
// What is larger is asked live only: npm run test:apiserver.
const SIZE_MAX = 50_000;

await buildApiServer();
const context: RecordedContext = { kubernetes: await kubernetesVersion(), schemas: {}, crds: {} };
for (const generation of ['v2', 'v3'] as const) {
  context.schemas[generation] = schemaDigest(generation);
  const { crds, objects } = await answersTo(
    generation,
    handMadeObjects(generation).filter((object) => JSON.stringify(object).length <= SIZE_MAX),
  );
  context.crds[generation] = [...crds];
  const generated = await answersTo(generation, generateObjects(generation, GENERATED, SEED));
  const kept = [...objects, ...distil(generated.objects)];
  await writeObjects(generation, kept);
  console.log(`${generation}: ${kept.length} objects`);
}
await writeContext(context);
const evaluations = await evaluateExpressions(expressions);
await writeExpressions(
  expressions.map((expression, index) => ({ expression, evaluation: evaluations[index] ?? {} })),
);
console.log(`${expressions.length} expressions, by Kubernetes ${context.kubernetes}`);

async function answersTo(generation: Generation, objects: readonly unknown[]) {
  const answers = await askApiServer(generation, objects);
  const recorded: RecordedObjects = answers.objects.map((answer, index) => ({
    object: objects[index],
    answer: withoutNoise(answer),
  }));
  return { crds: answers.crds, objects: recorded };
}

// Metadata is stamped with the time and an identifier; rules matter only where Kubernetes left them unchecked.
function withoutNoise(answer: Answer): Answer {
  const { metadata: _stamped, ...object } = answer.object ?? {};
  const isChecked = answer.errors.every(({ message }) => !message.includes('rules were not checked'));
  return {
    ...answer,
    object: answer.object === null ? null : object,
    rules: isChecked ? [] : answer.rules,
  };
}
