/** Sums of prices, exact to the last digit. */

/**
 * @param amounts decimal numbers with a point, and how often each is counted
 * @returns with as many decimals as the finest of them
 */
export function sumOf(amounts: readonly { amount: string; count: number }[]): string {
  const decimalsOf = (amount: string) => amount.split('.')[1]?.length ?? 0;
  const places = Math.max(0, ...amounts.map(({ amount }) => decimalsOf(amount)));
  let sum = 0n;
  for (const { amount, count } of amounts) {
    const units = amount.replace('.', '') + '0'.repeat(places - decimalsOf(amount));
    sum += BigInt(units) * BigInt(count);
  }
  const sign = sum < 0n ? '-' : '';
  const digits = String(sum)
    .replace('-', '')
    .padStart(places + 1, '0');
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
