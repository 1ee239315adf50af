import { z } from 'zod';
import { defineRoute } from './route.ts';

const tag = 'Account';
const password = z.string().max(1024);
const code = z.string().trim().min(6).max(32);

export const beginSecondFactor = defineRoute({
  method: 'POST',
  path: '/api/v1/account/second-factor',
  permission: 'signed-in',
  summary: 'Begin to set up a second factor (TOTP, RFC 6238); it counts once a code confirms it',
  tag,
  body: z.object({
    password,
    code: code.optional().describe('Of the second factor that it replaces, or a recovery code'),
  }),
  response: z.object({
    secret: z.string().describe('Base 32, to type into an authenticator'),
    uri: z.string().describe('otpauth: URI, to show as a QR code'),
  }),
  status: 201,
  errors: ['wrong-credentials', 'second-factor-required', 'too-many-requests'],
});
export const confirmSecondFactor = defineRoute({
  method: 'POST',
  path: '/api/v1/account/second-factor/confirmation',
  permission: 'signed-in',
  summary: 'Confirm the second factor with a code; answers the recovery codes, this once',
  tag,
  body: z.object({ code }),
  response: z.object({ recoveryCodes: z.array(z.string()) }),
  status: 201,
  errors: ['wrong-credentials', 'too-many-requests', 'conflict'],
});
export const removeSecondFactor = defineRoute({
  method: 'DELETE',
  path: '/api/v1/account/second-factor',
  permission: 'signed-in',
  summary: 'Remove the second factor',
  tag,
  body: z.object({ password, code }),
  status: 204,
  errors: ['wrong-credentials', 'too-many-requests'],
});
