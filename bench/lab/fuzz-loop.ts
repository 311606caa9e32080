/** A fuzzer: mutates inputs and feeds them to a parser. `fuzz-loop.ts ROUNDS`, 0 without end. */
import { parseYaml } from '../../src/base/yaml.ts';
import { seededRandom } from './seeded-random.ts';

const rounds = Number(process.argv[2]) || Number.POSITIVE_INFINITY;
const random = seededRandom(11);
const SEED = 'jobs:\n  build:\n    steps: [{run: "make"}, {uses: a/b@v1}]\n';
for (let round = 0; round < rounds; round++) {
  const bytes = [...SEED];
  for (let i = 0; i < 4; i++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = String.fromCharCode(32 + Math.floor(random() * 95));
  }
  parseYaml(bytes.join(''));
}
