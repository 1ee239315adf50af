import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AT_RISK_MS,
  judge,
  MOVE_GRACE_MS,
  type Claim,
  type Observation,
  type OwnershipState,
} from './ownership.ts';

const START = new Date('2026-01-01T00:00:00Z');
const at = (ms: number) => new Date(START.getTime() + ms);
const HOUR_MS = 3_600_000;
const fresh: Claim = { state: 'pending', createdAt: START, missingSince: null, movesAt: null };
const seen = (proof: Observation['proof'], holder: Observation['holder'] = 'none'): Observation => ({
  proof,
  holder,
});

test.each<[OwnershipState, Observation['proof'], OwnershipState]>([
  ['pending', 'present', 'verified'],
  ['pending', 'absent', 'pending'],
  ['pending', 'unknown', 'pending'],
  ['verified', 'present', 'verified'],
  ['verified', 'absent', 'at-risk'],
  ['verified', 'unknown', 'verified'],
  ['at-risk', 'present', 'verified'],
  ['at-risk', 'absent', 'at-risk'],
  ['at-risk', 'unknown', 'at-risk'],
  ['lost', 'present', 'verified'],
  ['lost', 'absent', 'lost'],
  ['lost', 'unknown', 'lost'],
])('%s, proof %s: %s', (state, proof, next) => {
  const missingSince = state === 'at-risk' || state === 'lost' ? START : null;
  expect(judge({ ...fresh, state, missingSince }, seen(proof), at(HOUR_MS)).state).toBe(next);
});

test('a domain whose proof is gone is lost after seven days, counted from when it was first missing', () => {
  const risk = judge({ ...fresh, state: 'verified' }, seen('absent'), START);
  expect(risk).toMatchObject({ state: 'at-risk', missingSince: START });
  const claim = { ...fresh, ...risk };
  expect(judge(claim, seen('absent'), at(AT_RISK_MS - 1)).state).toBe('at-risk');
  expect(judge(claim, seen('absent'), at(AT_RISK_MS)).state).toBe('lost');
  expect(judge(claim, seen('unknown'), at(AT_RISK_MS * 9)).state).toBe('at-risk');
});

test('a domain moves at once from a workspace without proof, and after a day from one that has it', () => {
  expect(judge(fresh, seen('present', 'unproved'), START)).toMatchObject({
    state: 'verified',
    takesOver: true,
  });
  const waiting = judge(fresh, seen('present', 'proved'), START);
  expect(waiting).toMatchObject({ state: 'pending', takesOver: false, movesAt: at(MOVE_GRACE_MS) });
  const claim = { ...fresh, ...waiting };
  expect(judge(claim, seen('present', 'proved'), at(MOVE_GRACE_MS - 1)).state).toBe('pending');
  expect(judge(claim, seen('present', 'proved'), at(MOVE_GRACE_MS))).toMatchObject({
    state: 'verified',
    takesOver: true,
  });
  expect(judge(claim, seen('absent', 'proved'), at(HOUR_MS))).toMatchObject({
    state: 'pending',
    movesAt: null,
  });
});

test('property: nothing is verified without a proof, nothing is lost without seven days of definite absence', () => {
  const observations = fc.array(
    fc.tuple(
      fc.constantFrom<Observation['proof']>('present', 'absent', 'unknown'),
      fc.integer({ min: 1, max: 72 }),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(observations, (steps) => {
      let claim = fresh;
      let time = 0;
      let absentSince: number | null = null;
      for (const [proof, hours] of steps) {
        time += hours * HOUR_MS;
        const before = claim.state;
        const verdict = judge(claim, seen(proof), at(time));
        expect(verdict.nextCheckAt > at(time)).toBe(true);
        if (proof === 'present') absentSince = null;
        if (proof === 'absent' && before !== 'pending') absentSince ??= time;
        if (verdict.state === 'verified' && before !== 'verified') expect(proof).toBe('present');
        if (verdict.state === 'lost' && before !== 'lost') {
          expect(time - (absentSince ?? time)).toBeGreaterThanOrEqual(AT_RISK_MS);
        }
        claim = { ...claim, ...verdict };
      }
    }),
  );
});
