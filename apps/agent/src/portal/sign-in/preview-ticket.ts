import { jwtVerify } from 'jose';
import { z } from 'zod';

const claimsShape = z.object({
  sub: z.string(),
  email: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
});

export type PreviewedUser = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly groups: string[];
};

/** Returns the user that a ticket of the platform lets its bearer see a portal as; null for one that does not hold. */
export async function readPreviewTicket(
  ticket: string,
  { secret, portal }: { readonly secret: string; readonly portal: string },
): Promise<PreviewedUser | null> {
  try {
    const { payload } = await jwtVerify(ticket, Buffer.from(secret), {
      algorithms: ['HS256'],
      audience: `preview ${portal}`,
      requiredClaims: ['exp'],
    });
    const { sub: userId, email, name, groups } = claimsShape.parse(payload);
    return { userId, email, name, groups };
  } catch {
    return null;
  }
}
