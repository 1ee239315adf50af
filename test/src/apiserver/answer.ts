import * as z from 'zod';

const cause = z.object({ field: z.string(), message: z.string() });

/** What creating a CRD is answered. */
export const crdVerdictSchema = z.object({
  crd: z.string(),
  errors: z.array(cause),
  warnings: z.array(z.string()),
});

/** What creating an object is answered; test/interop/apiserver/objects.go says what the parts mean. */
export const answerSchema = z.object({
  object: z.record(z.string(), z.unknown()).nullable(),
  errors: z.array(cause),
  rules: z.array(cause),
  refused: z.string().optional(),
});

/** What an expression gives, or why it gives nothing. */
export const evaluationSchema = z.object({ value: z.unknown().optional(), error: z.string().optional() });

export type Cause = z.infer<typeof cause>;
export type CrdVerdict = z.infer<typeof crdVerdictSchema>;
export type Answer = z.infer<typeof answerSchema>;
export type Evaluation = z.infer<typeof evaluationSchema>;
