/** Names of hosts that network sensors write, against the pools that are known. */
import type { EpochMs } from '../../base/time.ts';
import type { PoolNameVia, SensorName, Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { plain } from './record-values.ts';
import type { ToldLately } from './told-lately.ts';

export interface NamedHost {
  readonly at: EpochMs;
  readonly source: SensorName;
  readonly via: PoolNameVia;
  readonly host: string;
  readonly client: string;
  readonly server: string;
}

/** The host is a pool's, and it is time to say so. */
export function namedPool(
  { at, source, via, host, client, server }: NamedHost,
  names: KnownNames,
  told: ToldLately,
): readonly Signal[] {
  const known = names.poolOf(host);
  const near = client.slice(0, client.lastIndexOf(':'));
  if (known === null || !told.isDue(`${via} ${host} ${near}`, at)) return [];
  const name = plain(known.name);
  return [
    { kind: 'pool-name', at, job: null, source, via, name, pool: known.pool, client, server },
  ];
}
