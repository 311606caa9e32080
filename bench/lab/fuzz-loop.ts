/** A fuzzer: mutates inputs and feeds them to a parser, without end. */
import { parseYaml } from '../../src/base/yaml.ts';
import { seededRandom } from './seeded-random.ts';

const random = seededRandom(11);
const SEED = 'jobs:\n  build:\n    steps: [{run: "make"}, {uses: a/b@v1}]\n';
for (;;) {
  const bytes = [...SEED];
  for (let i = 0; i < 4; i++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = String.fromCharCode(32 + Math.floor(random() * 95));
  }
  parseYaml(bytes.join(''));
}
