/**
 * `npm run bench [NAME…] [-- OPTIONS]`: measures, prints tables, writes `bench/results/NAME.json`. Each measured
 * thing is a function in a file of its own and stands beside a floor measured in the same run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisions } from './decisions.ts';
import { gangs } from './gangs.ts';
import { agentCost } from './lab/agent-cost.ts';
import { agentFlood } from './lab/agent-flood.ts';
import { caps } from './lab/caps.ts';
import { lab } from './lab/lab.ts';
import { ledger } from './ledger.ts';
import { linker } from './linker.ts';
import { linkerStore } from './linker-store.ts';
import { type Measurement, machine, table } from './measure.ts';
import { queue } from './queue.ts';
import { scan } from './scan.ts';

const BENCHES: Readonly<Record<string, () => Promise<Measurement>>> = {
  decisions,
  scan,
  linker,
  ledger,
  queue,
};
/** They take minutes, need root, and run when they are asked for by name. */
const BY_NAME: Readonly<Record<string, (words: readonly string[]) => Promise<Measurement>>> = {
  lab,
  'agent-cost': agentCost,
  'agent-flood': agentFlood,
  caps,
  'linker-store': linkerStore,
  gangs,
};
const RESULTS = join(import.meta.dirname, 'results');

const given = process.argv.slice(2);
const option = given.findIndex((word) => word.startsWith('--'));
const named = option < 0 ? given : given.slice(0, option);
const words = given.slice(named.length);
const names = named.length > 0 ? named : Object.keys(BENCHES);
mkdirSync(RESULTS, { recursive: true });
for (const name of names) {
  const bench = BENCHES[name] ?? BY_NAME[name];
  if (bench === undefined) {
    console.error(
      `there is no bench '${name}', only ${Object.keys({ ...BENCHES, ...BY_NAME }).join(', ')}`,
    );
    process.exit(2);
  }
  const measurement = await bench(words);
  console.log(table(measurement));
  const result = { machine: machine(), at: new Date().toISOString(), ...measurement };
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 1)}\n`);
}
