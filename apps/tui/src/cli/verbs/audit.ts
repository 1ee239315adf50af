import { exportAudit, verifyAudit } from '@portolan/contract/audit';
import { z } from 'zod';
import { usageFailure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { connect } from '../connect.ts';
import { platformFlags, textOutputFlag } from '../flags.ts';
import { print, tell } from '../../terminal/io.ts';
import { streamLines } from '../open-stream.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Verb } from '../verb.ts';
import { getVerb } from './get.ts';
import { printDocument } from '../result.ts';

const { filter, sort, limit, watch, output, 'no-headers': noHeaders } = getVerb.flags;
const listFlags = Object.fromEntries(
  Object.entries({ filter, sort, limit, watch, output, 'no-headers': noHeaders }).filter(
    ([, flag]) => flag !== undefined,
  ),
) as typeof getVerb.flags;

export const auditListVerb: Verb = {
  usage: '',
  details: 'Audit events, newest first: who changed what, and from where. The same as `portolan get audit`.',
  examples: [
    'portolan audit list --since 1d --by ada',
    'portolan audit list --filter "action=key.create" -o yaml',
  ],
  flags: {
    since: { type: 'string', value: 'TIME', help: 'only events newer than this, such as 2h or 7d' },
    by: { type: 'string', value: 'NAME', help: 'only events of this actor' },
    ...listFlags,
    ...platformFlags,
  },
  run(args, io) {
    const [since, by] = [args.text('since'), args.text('by')];
    const terms = [
      args.text('filter'),
      since === undefined ? undefined : `at>now-${readSeconds(since, 'since', 'd')}s`,
      by === undefined ? undefined : `actor:"${by.replace(/["\\]/g, '\\$&')}"`,
    ];
    const all = terms.filter((term) => term !== undefined).join(' ');
    const text = (flag: string) => (flag === 'filter' ? all || undefined : args.text(flag));
    return getVerb.run({ ...args, words: ['audit'], text }, io);
  },
};

export const auditVerifyVerb: Verb = {
  usage: '',
  details:
    'Walks the hash chain: every event holds the hash of the one before it, so that one that was changed, removed or put in is\nfound, and the first of them is named. Keep the head it prints elsewhere: with --head it is looked for, which also finds a\nchain that was written anew. The exit code is 1 when the chain is broken.',
  examples: [
    'portolan audit verify',
    'portolan audit verify --head $(cat audit.head)',
    'portolan audit verify -o json',
  ],
  flags: {
    head: {
      type: 'string',
      value: 'HASH',
      help: 'a head printed earlier, which must still be in the chain',
    },
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const wanted = args.text('head')?.trim();
    if (wanted !== undefined && !/^[0-9a-f]{64}$/i.test(wanted))
      throw usageFailure(
        `"${wanted}" is not a head of the audit chain.`,
        'Use the 64 hexadecimal digits that portolan audit verify prints.',
      );
    const session = await connect(args, io);
    const found = await session.client.call(verifyAudit, { params: { workspace: session.workspace } });
    const kept = wanted === undefined ? null : { head: wanted, ...(await findHash(session, wanted)) };
    const isSound = found.intact && kept?.sequence !== null;
    const answer = { ...found, ...(kept === null ? {} : { kept }) };
    if (!printDocument(io, args, answer)) {
      if (found.broken !== null)
        print(io, `broken at event ${found.broken.sequence}: ${found.broken.reason}`);
      else print(io, `intact: ${found.events} events`);
      if (kept !== null)
        print(
          io,
          kept.sequence === null
            ? `head ${kept.head} is not in the chain: the chain was rewritten or truncated`
            : `the given head is event ${kept.sequence}`,
        );
      print(io, `head ${found.head}`);
    }
    return isSound ? 0 : 1;
  },
};

const hashed = z.looseObject({ sequence: z.number(), hash: z.string() });

async function findHash(session: Session, head: string): Promise<{ readonly sequence: number | null }> {
  for await (const line of streamLines(session, exportAudit)) {
    const event = hashed.safeParse(JSON.parse(line));
    if (event.success && event.data.hash.toLowerCase() === head.toLowerCase())
      return { sequence: event.data.sequence };
  }
  return { sequence: null };
}

export const auditExportVerb: Verb = {
  usage: '',
  details: 'Writes all events as JSON lines, oldest first, as they are read.',
  examples: [
    'portolan audit export > audit.jsonl',
    'portolan audit export | jq -c "select(.action == \\"key.create\\")"',
  ],
  flags: platformFlags,
  async run(args, io) {
    const session = await connect(args, io);
    let count = 0;
    for await (const line of streamLines(session, exportAudit)) {
      print(io, line);
      count += 1;
    }
    if (!io.stdout.isTTY) tell(io, `${count} events exported.`);
    return 0;
  },
};
