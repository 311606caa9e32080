/** Maps items so many in a turn of the event loop, so that others get theirs between. */
export async function mapInSlices<From, To>(
  items: readonly From[],
  perTurn: number,
  map: (item: From) => To,
): Promise<readonly To[]> {
  const mapped: To[] = [];
  for (let at = 0; at < items.length; at += perTurn) {
    if (at > 0) await new Promise((resolve) => void setImmediate(resolve));
    for (const item of items.slice(at, at + perTurn)) mapped.push(map(item));
  }
  return mapped;
}
