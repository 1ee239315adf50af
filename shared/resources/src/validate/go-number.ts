const INT64_LIMIT = 2 ** 63;

/** Whether Go's JSON decoder reads a number as int64; anything else becomes float64. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -INT64_LIMIT && value < INT64_LIMIT;
}
