/**
 * Who rents out machines, by AS number: files that tell operators seldom tell what these do. The
 * largest only; a file that tells it itself counts more.
 */
const OPERATORS: Readonly<Record<string, readonly number[]>> = {
  amazon: [14618, 16509, 7224],
  google: [396982, 19527],
  microsoft: [8075],
  oracle: [31898],
  alibaba: [45102, 37963],
  tencent: [132203, 45090],
  hetzner: [24940, 213230, 212317],
  ovh: [16276],
  digitalocean: [14061],
  linode: [63949],
  vultr: [20473],
  scaleway: [12876],
  contabo: [51167, 40021],
  leaseweb: [60781, 28753, 30633],
  ionos: [8560],
};

const BY_ASN: ReadonlyMap<number, string> = new Map(
  Object.entries(OPERATORS).flatMap(([name, own]) => own.map((asn) => [asn, name] as const)),
);

/** One name for all networks of an operator; null for who is not known to rent machines out. */
export function hostingOperator(asn: number): string | null {
  return BY_ASN.get(asn) ?? null;
}
