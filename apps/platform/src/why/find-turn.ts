/** What a search found: the place since which a test differs, and how often the test ran. */
export interface Turn {
  /** Index of the first state that is as the last one, the state before it being different; null when none differs. */
  readonly index: number | null;
  readonly decided: number;
}

/** Below so many states every one of them is tested before the search gives up. */
const WHOLE_MAX = 64;

/**
 * Returns the state since which all states looked at are as the last one: a state that differs is looked for at doubling
 * distances from the end, then the turn between it and the next that does not by halving. States that differ only for a while in
 * between are found when there are at most 64.
 * @param count Number of states, oldest first.
 * @param isAsLast Whether a state is as the last one; asked at most once for each.
 * @param known Index of a state that differs, to begin at.
 */
export async function findTurn(
  count: number,
  isAsLast: (index: number) => boolean | Promise<boolean>,
  known?: number,
): Promise<Turn> {
  const tested = new Map<number, boolean>([[count - 1, true]]);
  const test = async (index: number): Promise<boolean> => {
    const result = tested.get(index) ?? (await isAsLast(index));
    tested.set(index, result);
    return result;
  };
  let low = -1;
  for (const index of known === undefined ? candidates(count) : [known]) {
    if (!(await test(index))) {
      low = index;
      break;
    }
  }
  if (low === -1) return { index: null, decided: tested.size };
  let high = nearestAsLast(tested, low, count - 1);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await test(middle)) high = middle;
    else low = middle;
  }
  return { index: high, decided: tested.size };
}

/** Distances 1, 2, 4 … from the end, the beginning, and all others of a short list. */
function candidates(count: number): readonly number[] {
  const found = new Set<number>();
  for (let distance = 1; distance < count; distance *= 2) found.add(count - 1 - distance);
  if (count > 1) found.add(0);
  const last = count <= WHOLE_MAX ? count - 2 : -1;
  for (let index = last; index >= 0; index -= 1) found.add(index);
  return [...found];
}

function nearestAsLast(tested: ReadonlyMap<number, boolean>, low: number, high: number): number {
  let nearest = high;
  for (const [index, isAsLast] of tested) if (isAsLast && index > low && index < nearest) nearest = index;
  return nearest;
}
