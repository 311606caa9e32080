/**
 * How many processors a machine has, by what a definition says of it. Readers give each word as the
 * dialect has it: a number with its name (`cpu=8`, `cpus:8`, `ocpus=8`), a label that says how many
 * (`ubuntu-16-core`, `8vcpu`), a size (`xlarge`), or a cloud's name of a type (`n1-standard-16`,
 * `c6.4xlarge`, `Standard_D16s_v3`).
 */
import { tokensOf } from './token.ts';

/** Of a machine that says nothing: what CI services give away. */
export const PROCESSORS_USUAL = 2;
/** The largest machines have about 400; a greater number is no number of processors. */
const PROCESSORS_MAX = 512;
const LABEL_LENGTH_MAX = 200;

/** What a number with this name is worth. A processor of Oracle's has two threads. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ...(['core', 'cores', 'cpu', 'cpus', 'vcpu', 'vcpus'] as const).map((unit) => [unit, 1] as const),
  ...(['ocpu', 'ocpus'] as const).map((unit) => [unit, 2] as const),
]);

/** Sizes as CI services have them; clouds name smaller machines so. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['large', 4],
  ['xlarge', 8],
]);
const CLOUD_SIZES: ReadonlyMap<string, number> = new Map([
  ['large', 2],
  ['xlarge', 4],
]);

/** Words of a cloud's types that the number of processors follows. */
const FAMILIES: ReadonlySet<string> = new Set(['standard', 'highcpu', 'highmem']);

/** The most that any of the words tells, at least the usual. */
export function processorsOf(machine: readonly string[]): number {
  return machine.reduce(
    (most, label) => Math.max(most, processorsIn(label.slice(0, LABEL_LENGTH_MAX))),
    PROCESSORS_USUAL,
  );
}

function processorsIn(label: string): number {
  const tokens = tokensOf(label.toLowerCase().replaceAll('x-large', 'xlarge'));
  const counts = tokens.flatMap((token, i) => [
    unitCount(token, tokens[i + 1] ?? ''),
    sizeCount(token, isTypeName(tokens[i - 1] ?? '')),
    familyCount(token, tokens[i + 1] ?? ''),
  ]);
  const own = [named(label, tokens), oracleCount(label, tokens), ...counts];
  return Math.max(0, ...own.filter((count) => count <= PROCESSORS_MAX));
}

/** `cpu=8`, `cpus 1.5`, `cpu=4000m`, `cpu_quota 800000` of a period of 100000. */
function named(label: string, tokens: readonly string[]): number {
  const [name = '', next = ''] = tokens;
  const unit = UNITS.get(name);
  if (unit === undefined) return 0;
  const digits = firstDigit(label);
  const value = Number.parseFloat(label.slice(digits));
  if (!(value > 0)) return 0;
  if (next === 'quota') return Math.ceil(value / 100_000);
  const isCount = next === '' || startsWithDigit(next) || next === 'count';
  if (!isCount) return 0;
  return Math.ceil(tokens.some(isMilli) ? value / 1_000 : value) * unit;
}

/** `4000m` of Kubernetes. */
function isMilli(token: string): boolean {
  return token.endsWith('m') && token.slice(0, -1) === String(Number.parseInt(token, 10));
}

/** `8vcpu`, or `8` in front of `cores`; `16x`, as some runners say it. */
function unitCount(token: string, next: string): number {
  const digits = Number.parseInt(token, 10);
  if (Number.isNaN(digits)) return 0;
  const unit = token.slice(String(digits).length);
  if (unit === 'x') return digits;
  return digits * (UNITS.get(unit === '' ? next : unit) ?? 0);
}

/** `large`, `xlarge`, `2xlarge`. */
function sizeCount(token: string, isCloud: boolean): number {
  const digits = Number.parseInt(token, 10);
  const times = Number.isNaN(digits) ? 1 : digits;
  const size = Number.isNaN(digits) ? token : token.slice(String(digits).length);
  return times * ((isCloud ? CLOUD_SIZES : SIZES).get(size) ?? 0);
}

/** `c6` of `c6.4xlarge`: letters, then a digit. */
function isTypeName(token: string): boolean {
  return token.length <= 6 && !startsWithDigit(token) && firstDigit(token) < token.length;
}

/** `n1-standard-16`, `Standard_D16s_v3`. */
function familyCount(token: string, next: string): number {
  if (!FAMILIES.has(token)) return 0;
  const digits = Number.parseInt(next.slice(firstDigit(next)), 10);
  return Number.isNaN(digits) ? 0 : digits;
}

/** `VM.Standard2.16`, `BM.Standard.A1.160`: the last number counts Oracle's processors. */
function oracleCount(label: string, tokens: readonly string[]): number {
  const last = tokens.at(-1) ?? '';
  const isShape = label.startsWith('VM.') || label.startsWith('BM.');
  return isShape && last === String(Number.parseInt(last, 10)) ? Number(last) * 2 : 0;
}

function firstDigit(text: string): number {
  let at = 0;
  while (at < text.length && !startsWithDigit(text[at] ?? '')) at++;
  return at;
}

function startsWithDigit(text: string): boolean {
  const c = text[0] ?? '';
  return c >= '0' && c <= '9';
}
