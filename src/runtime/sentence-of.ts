import type { Signal, StratumPhase } from '../model/signal.ts';

/** What a signal says, as a sentence for a person. Texts in it came from outside. */
export function sentenceOf(signal: Signal): string {
  return SENTENCES[signal.kind](signal as never);
}

const PHASES: Readonly<Record<StratumPhase, string>> = {
  shape: 'may have begun to speak',
  asked: 'asks for work in',
  served: 'gets work in',
  shares: 'gets work and sends results in',
};

const SENTENCES: { readonly [Kind in Signal['kind']]: (signal: SignalOf<Kind>) => string } = {
  'stratum': ({ client, server, phase, dialect }) =>
    `${client} ${PHASES[phase]} ${dialect} with ${server}.`,
  'pool-name': ({ pool, via }) =>
    pool === ''
      ? `A mining pool of the operator's list was named by ${via}.`
      : `The mining pool ${pool} was named by ${via}.`,
  'flow': ({ server, pushes, lastedSeconds: lasted }) =>
    `An unreadable flow with ${server} moves as a miner's: ${pushes} pushes in ${seconds(lasted)}.`,
  'rounding': ({ modes, threads }) =>
    `${modes} unusual rounding modes on ${count(threads, 'thread')}, as RandomX sets them.`,
  'cpu': ({ busyThreads, cores, lastedSeconds }) => {
    const threads = `${count(busyThreads, 'thread')} on ${count(cores, 'core')}`;
    return `${threads} computed without pause for ${seconds(lastedSeconds)}.`;
  },
  'memory': ({ shape, threads }) =>
    `Memory of the shape ${shape} with ${count(threads, 'thread')}.`,
  'executable-memory': ({ regions }) =>
    `Code that no file stands behind, in ${count(regions, 'region')}.`,
  'tuning': ({ what }) => `The host was set up for mining: ${what}.`,
  'binary': ({ trait, name }) => `The program ${name} is ${TRAITS[trait]}.`,
  'command-line': ({ program, traits }) =>
    `The command line of ${program} has ${traits.join(', ')}.`,
  'alert': ({ source, rule }) => `${source} says: ${rule}.`,
};

const TRAITS = {
  'deleted': 'deleted while it runs',
  'memfd': 'run from memory',
  'packed': 'packed',
  'renamed': 'under a false name',
  'temporary': 'run from a temporary folder',
  'known-miner': 'a known miner',
} as const;

type SignalOf<Kind extends Signal['kind']> = Extract<Signal, { readonly kind: Kind }>;

function count(amount: number, noun: string): string {
  return amount === 1 ? `1 ${noun}` : `${amount} ${noun}s`;
}

function seconds(amount: number): string {
  return count(Math.round(amount), 'second');
}
