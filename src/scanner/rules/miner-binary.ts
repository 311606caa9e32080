import type { JobView, TextPassage } from '../engine/job-view.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

/** What programs that mine spell: the words of their protocols, options and algorithms. */
const MARKS: readonly string[] = [
  ...['stratum+tcp', 'stratum+ssl', 'stratum2+tcp', 'mining.subscribe', 'mining.authorize'],
  ...['mining.submit', 'mining.set_difficulty', 'eth_submitlogin', 'donate-level', 'randomx'],
  ...['cryptonight', 'cpu-max-threads-hint', 'max-cpu-usage', 'randomx-mode', 'huge-pages-jit'],
  ...['donate.v2.xmrig', 'donate.ssl.xmrig', 'nicehash.com', 'yespower', 'ghostrider', 'kawpow'],
];
/** One mark alone stands in detectors, wallets and proxies as well. */
const MARKS_MIN = 3;

/** A program without a text, committed to the tree and run, that spells what miners do. */
export const minerBinary: Rule = {
  id: 'miner-binary',
  title: 'A committed program that spells a miner’s words is run',
  severity: 'high',
  confidence: 'medium',
  maturity: 'stable',
  group: 'program',
  // What a binary spells is in no text: the job that runs it is a candidate by the file it names.
  atoms: [],
  hits: [
    {
      what: 'a renamed miner beside the job',
      script: './tools/format --quiet',
      files: {
        'tools/format': '\u007fELF\0\0stratum+tcp://\0\0donate-level\0\0mining.subscribe\0',
      },
    },
  ],
  innocents: [
    {
      what: 'a program of another trade',
      script: './tools/format --quiet',
      files: { 'tools/format': '\u007fELF\0\0usage: format [options]\0\0out of memory\0' },
    },
    {
      what: 'one word of the protocol',
      script: './tools/detect log.txt',
      files: { 'tools/detect': '\u007fELF\0\0stratum+tcp://\0\0rule matched\0' },
    },
  ],
  look: (view: JobView): readonly Match[] => view.texts.flatMap(binaryMatch),
};

function binaryMatch(passage: TextPassage): readonly Match[] {
  if (passage.kind !== 'binary') return [];
  const text = passage.text.toLowerCase();
  const marks = MARKS.filter((mark) => text.includes(mark));
  if (marks.length < MARKS_MIN) return [];
  const evidence = marks.join(', ');
  return [{ passage, bits: WEIGHTS.minerBinary, evidence, role: 'target', position: 'executed' }];
}
