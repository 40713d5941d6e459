/** How much a line may bring: so much in a millisecond, and so much at once. */
export function createBudget(perMs: number, atOnce: number): (amount: number) => boolean {
  let left = atOnce;
  let at = performance.now();
  return (amount) => {
    const now = performance.now();
    left = Math.min(atOnce, left + (now - at) * perMs) - amount;
    at = now;
    return left >= 0;
  };
}
