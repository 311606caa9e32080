import type { CommandPassage, JobView } from '../engine/job-view.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

/** Model-specific registers that RandomX sets: the prefetchers of Intel, and those of Zen. */
const REGISTERS: ReadonlySet<string> = new Set(
  '0x1a4 0xc0011020 0xc0011021 0xc0011022 0xc001102b'.split(' '),
);
const BOOST_SCRIPT = 'randomx_boost';

/** The machine is tuned for RandomX. */
export const hugePagesAndMsr: Rule = {
  id: 'huge-pages-and-msr',
  title: 'The machine is tuned as miners tune it',
  severity: 'medium',
  confidence: 'medium',
  maturity: 'stable',
  group: 'tuning',
  // Huge pages are a circumstance, and need no atom.
  atoms: ['wrmsr', 'randomx boost', 'msr allow writes'],
  hits: [
    { what: 'the prefetchers of Intel', script: 'sudo wrmsr -a 0x1a4 0xf' },
    { what: 'a register of Zen', script: 'wrmsr -p 3 0xC0011020 0x4480000000000' },
    { what: "the miner's own script", script: 'sudo bash ./scripts/randomx_boost.sh' },
    { what: 'a writable module', script: 'sudo modprobe msr allow_writes=on' },
    {
      what: 'huge pages beside a miner',
      script: 'sysctl -w vm.nr_hugepages=1280\n./xmrig -o 203.0.113.9:443 -u a -p x',
    },
    {
      what: 'huge pages by their file beside a miner',
      script: 'echo 1280 > /proc/sys/vm/nr_hugepages\n./xmrig -o 203.0.113.9:443 -u a -p x',
    },
  ],
  innocents: [
    { what: 'a packet driver', script: 'sysctl -w vm.nr_hugepages=512 && ./dpdk-test --no-pci' },
    { what: 'a register that is read', script: 'modprobe msr && rdmsr -a 0x1a4' },
    { what: 'energy measured', script: 'sudo modprobe msr && sudo turbostat --quiet make' },
    { what: 'another register', script: 'wrmsr -a 0x620 0x1414' },
    {
      what: 'the setting searched for',
      script: 'grep -rn wrmsr docs && cat /proc/sys/vm/swappiness',
    },
  ],
  look(view: JobView): readonly Match[] {
    return [...view.commands.flatMap(tuningOf), ...pagesWritten(view)];
  },
};

function tuningOf(command: CommandPassage): readonly Match[] {
  const { program, arguments: given, text } = command;
  const names = text.includes(BOOST_SCRIPT) ? [program, ...given].map(programName) : [];
  const isBoost = names.some((name) => name.startsWith(BOOST_SCRIPT));
  if (isBoost && command.kind === 'other') return [sign(command, WEIGHTS.msrWrite)];
  if (program === 'wrmsr' && given.some((word) => REGISTERS.has(word.toLowerCase()))) {
    return [sign(command, WEIGHTS.msrWrite)];
  }
  if (program === 'modprobe' && given.includes('msr')) {
    return given.some((word) => word.startsWith('allow_writes'))
      ? [sign(command, WEIGHTS.msrWritable)]
      : [circumstance(command, WEIGHTS.msrModule)];
  }
  const setsPages = program === 'sysctl' && text.includes('nr_hugepages=');
  return setsPages ? [circumstance(command, WEIGHTS.hugePages)] : [];
}

function pagesWritten(view: JobView): readonly Match[] {
  const files = view.texts.filter(({ kind, name }) => {
    return kind === 'written' && name.endsWith('nr_hugepages');
  });
  return files.map((passage) => {
    const match = { passage, bits: WEIGHTS.hugePages, evidence: passage.name } as const;
    return { ...match, role: 'circumstance', position: 'executed' };
  });
}

function sign(passage: CommandPassage, bits: number): Match {
  return { passage, bits, evidence: passage.text, role: 'sign', position: 'executed' };
}

function circumstance(passage: CommandPassage, bits: number): Match {
  return { passage, bits, evidence: passage.text, role: 'circumstance', position: 'executed' };
}
