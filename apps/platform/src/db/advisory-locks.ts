/**
 * Numbers of all PostgreSQL advisory locks of the platform. Jobs with the same number would exclude each other, so each new job
 * gets a new number here.
 */
export const ADVISORY_LOCKS = {
  migrations: 7_304_150_891,
  firstStart: 7_304_150_892,
  alertEvaluation: 7_304_150_894,
  tunnelReplacement: 7_304_150_893,
  metricPartitions: 7_304_150_895,
} as const;
