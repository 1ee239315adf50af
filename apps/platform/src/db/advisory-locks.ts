/**
 * Every advisory lock that a part of the platform takes in PostgreSQL. Two jobs that share a number wait for each other, or
 * skip each other's work: a new job takes a new number here.
 */
export const ADVISORY_LOCKS = {
  migrations: 7_304_150_891,
  firstStart: 7_304_150_892,
  alertEvaluation: 7_304_150_894,
  tunnelReplacement: 7_304_150_893,
} as const;
