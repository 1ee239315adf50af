import { verify } from '@node-rs/argon2';
import { acceptInvitation, invite } from '@portolan/contract/members';
import { createPasswordLink, setPassword } from '@portolan/contract/one-time-links';
import { whoAmI, signIn } from '@portolan/contract/sessions';
import { createUser, updateUser } from '@portolan/contract/users';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { auditEvents } from '../../db/schema.ts';
import { passwordLinks } from './schema.ts';
import { users } from '../../users/schema.ts';
import { catchMail, type MailCatcher } from '../../testing/mail-catcher.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';

const params = { workspace: 'default' };
const password = 'correct horse battery';
let bare: TestPlatform;
let mailing: TestPlatform;
let catcher: MailCatcher;
beforeAll(async () => {
  catcher = await catchMail();
  bare = await startTestPlatform();
  mailing = await startTestPlatform({
    PORTOLAN_SMTP_URL: catcher.url,
    PORTOLAN_MAIL_FROM: 'Airline <apis@airline.example>',
  });
});
afterEach(() => {
  catcher.isFull = false;
  catcher.mails.length = 0;
});
afterAll(async () => {
  await bare.close();
  await mailing.close();
  await catcher.close();
});

async function newUser(portolan: TestPlatform, email: string): Promise<string> {
  return (await portolan.owner.call(createUser, { params, body: { email } })).id;
}
const link = (portolan: TestPlatform, user: string) =>
  portolan.owner.call(createPasswordLink, { params: { ...params, user } });
const tokenOf = (url: string | null) => new URL(url!).searchParams.get('token')!;
const redeem = (portolan: TestPlatform, token: string) =>
  portolan.clientWith(undefined).call(setPassword, { body: { token, password } });
/** The address in a mail, whose lines quoted-printable may have cut (RFC 2045 §6.7). */
const linkIn = (raw: string) =>
  /http:\S+/.exec(raw.replaceAll('=\r\n', '').replaceAll(/=3D/g, '='))?.[0] ?? null;

test('without a mail server the administrator is shown the link; it sets the password once', async () => {
  const id = await newUser(bare, 'ada@example.com');
  const made = await link(bare, 'ADA@example.com');
  expect(made).toMatchObject({
    mailed: false,
    problem: null,
    url: expect.stringContaining('/set-password?'),
  });
  expect(Date.parse(made.expiresAt)).toBeGreaterThan(Date.now());
  expect(await redeem(bare, tokenOf(made.url))).toEqual({ email: 'ada@example.com' });
  const [row] = await bare.platform.db.select().from(users).where(eq(users.id, id));
  expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verify(row!.passwordHash!, password)).toBe(true);
  await expect(redeem(bare, tokenOf(made.url))).rejects.toMatchObject({ code: 'gone', status: 410 });
  const events = await bare.platform.db.select().from(auditEvents);
  expect(events.slice(-2)).toMatchObject([
    { action: 'user.password-link' },
    { action: 'user.set-password', actorKind: 'user', actorId: id },
  ]);
  const dump = JSON.stringify([events, await bare.platform.db.select().from(passwordLinks)]);
  expect(dump).not.toContain(tokenOf(made.url));
});

test('of two who use a link at the same moment one succeeds', async () => {
  await newUser(bare, 'race@example.com');
  const token = tokenOf((await link(bare, 'race@example.com')).url);
  const results = await Promise.allSettled([redeem(bare, token), redeem(bare, token)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a newer link, its end and a disabled user make a link useless', async () => {
  const id = await newUser(bare, 'grace@example.com');
  const [first, second] = [await link(bare, id), await link(bare, id)];
  await expect(redeem(bare, tokenOf(first.url))).rejects.toMatchObject({ code: 'gone' });
  await bare.owner.call(updateUser, { params: { ...params, user: id }, body: { state: 'disabled' } });
  await expect(redeem(bare, tokenOf(second.url))).rejects.toMatchObject({ code: 'gone' });
  await expect(link(bare, id)).rejects.toMatchObject({ code: 'conflict' });
  await bare.owner.call(updateUser, { params: { ...params, user: id }, body: { state: 'active' } });
  const { db } = bare.platform;
  await db
    .update(passwordLinks)
    .set({ expiresAt: sql`now()` })
    .where(eq(passwordLinks.userId, id));
  await expect(redeem(bare, tokenOf(second.url))).rejects.toMatchObject({ code: 'gone' });
});

test('with a mail server the link reaches the user alone', async () => {
  await newUser(mailing, 'ada@example.com');
  const made = await link(mailing, 'ada@example.com');
  expect(made).toMatchObject({ mailed: true, url: null, problem: null });
  expect(catcher.mails).toMatchObject([{ to: ['ada@example.com'] }]);
  const { raw } = catcher.mails[0]!;
  expect(raw).toMatch(/^From: Airline <apis@airline\.example>/m);
  expect(raw).toMatch(/^Subject: Set your password for Default/m);
  expect(await redeem(mailing, tokenOf(linkIn(raw)))).toEqual({ email: 'ada@example.com' });
});

test('an invitation is mailed, and accepted on the page behind its link', async () => {
  const body = { email: 'new@example.com', role: 'editor' } as const;
  expect(await mailing.owner.call(invite, { params, body })).toMatchObject({ mailed: true, url: null });
  const url = linkIn(catcher.mails[0]!.raw)!;
  const shown = await fetch(url);
  expect(shown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
  const hidden = /name="token" value="([^"]+)"/.exec(await shown.text())?.[1] ?? '';
  const submit = (fields: Record<string, string>) =>
    fetch(new URL('/join', url), { method: 'POST', body: new URLSearchParams({ token: hidden, ...fields }) });
  const refused = await submit({ name: 'New', password: 'short' });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('12 characters')]);
  expect(await (await submit({ name: 'New', password })).text()).toContain('is now a member of default');
  expect((await submit({ name: 'New', password })).status).toBe(410);
  const session = await mailing.clientWith(undefined).call(signIn, { body: { email: body.email, password } });
  expect(await mailing.clientWith(session.token).call(whoAmI, {})).toMatchObject({ name: 'New' });
});

test('the page to set a password works without scripts, and shows hostile tokens harmlessly', async () => {
  const shown = await fetch(`${bare.url}/set-password?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E`);
  expect(await shown.text()).not.toContain('<script');
  await newUser(bare, 'mary@example.com');
  const token = tokenOf((await link(bare, 'mary@example.com')).url);
  const set = await fetch(`${bare.url}/set-password`, {
    method: 'POST',
    body: new URLSearchParams({ token, password }),
  });
  expect(await set.text()).toContain('The password of mary@example.com is set.');
});

test('when the mail server refuses, the link is shown with the reason', async () => {
  catcher.isFull = true;
  const body = { email: 'full@example.com', role: 'viewer' } as const;
  const made = await mailing.owner.call(invite, { params, body });
  expect(made).toMatchObject({ mailed: false, problem: expect.stringContaining('mailbox is full') });
  const accepted = await mailing
    .clientWith(undefined)
    .call(acceptInvitation, { body: { token: tokenOf(made.url), password, name: 'Full' } });
  expect(accepted.email).toBe(body.email);
});
