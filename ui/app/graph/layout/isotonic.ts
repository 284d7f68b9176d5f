/**
 * The values in ascending order that are closest to `wishes`, by weighted least squares: isotonic regression by
 * pooling adjacent violators (Ayer et al. 1955). Exact and O(n).
 *
 * @param wishes where each value would like to be
 * @param weights how much it matters, > 0
 */
export function isotonic(wishes: readonly number[], weights: readonly number[]): number[] {
  const pools: { value: number; weight: number; count: number }[] = [];
  wishes.forEach((wish, index) => {
    let pool = { value: wish, weight: weights[index]!, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.value > pool.value; last = pools.at(-1)) {
      pools.pop();
      const weight = last.weight + pool.weight;
      pool = {
        value: (last.value * last.weight + pool.value * pool.weight) / weight,
        weight,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  });
  return pools.flatMap(({ value, count }) => new Array<number>(count).fill(value));
}
