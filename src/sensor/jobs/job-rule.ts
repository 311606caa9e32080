/**
 * An operator's rule that makes jobs of cgroups. A rule has one pattern, in which `*` stands for
 * any characters but `/`, and a template of the job's subject, in which `{1}` is what the first
 * star stood for, and `{namespace}`, `{pod}`, `{container}`, `{unit}` and `{label}` what is known.
 */
import type { JobRef } from '../../model/signal.ts';
import type { CgroupOwner } from './cgroup-path.ts';
import { toJobRef } from './job-of-variables.ts';
import type { Pod } from './pod-list.ts';

export const JOB_RULE_KINDS = ['cgroup', 'unit', 'namespace', 'label'] as const;

export interface JobRule {
  readonly kind: (typeof JOB_RULE_KINDS)[number];
  /** For `label` its name, else a pattern. */
  readonly pattern: string;
  readonly job: string;
}

/** What is known of a cgroup when rules are asked. */
export interface RuleSubject {
  readonly cgroup: string;
  readonly owner: CgroupOwner | null;
  readonly pod: Pod | null;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RuleMatch {
  readonly ref: JobRef;
  /** The cgroup that the job is: for a rule on cgroups the part of the path that it matched. */
  readonly cgroup: string;
}

/** The job by the first rule that matches and gives a subject. */
export function jobByRule(rules: readonly JobRule[], of: RuleSubject): RuleMatch | null {
  for (const rule of rules) {
    const match = matchRule(rule, of);
    const ref = match === null ? null : toJobRef(filled(rule.job, match.stars, of));
    if (match !== null && ref !== null) return { ref, cgroup: match.cgroup };
  }
  return null;
}

interface Match {
  readonly stars: readonly string[];
  readonly cgroup: string;
}

function matchRule({ kind, pattern }: JobRule, of: RuleSubject): Match | null {
  const cgroup = of.owner?.cgroup ?? of.cgroup;
  if (kind === 'cgroup') return matchCgroup(pattern, of.cgroup);
  if (kind === 'label') {
    const label = of.labels[pattern];
    return label === undefined ? null : { stars: [label], cgroup };
  }
  const name = kind === 'namespace' ? of.pod?.namespace : unitOf(of.owner);
  const stars = name === undefined ? null : matchStars(pattern, name);
  return stars === null ? null : { stars, cgroup };
}

function unitOf(owner: CgroupOwner | null): string | undefined {
  return owner?.kind === 'unit' ? owner.unit : undefined;
}

/** The pattern covers the cgroup and all below it. */
function matchCgroup(pattern: string, path: string): Match | null {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (parts.length < wanted.length) return null;
  const stars: string[] = [];
  for (const [i, part] of wanted.entries()) {
    const found = matchStars(part, parts[i] ?? '');
    if (found === null) return null;
    stars.push(...found);
  }
  return { stars, cgroup: parts.slice(0, wanted.length).join('/') };
}

/** What the stars stood for, each as little as possible; null when the text does not match. */
export function matchStars(pattern: string, text: string): readonly string[] | null {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return text === pattern ? [] : null;
  if (!text.startsWith(first) || !text.endsWith(last)) return null;
  const stars: string[] = [];
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const next = text.indexOf(piece, at);
    if (next === -1) return null;
    stars.push(text.slice(at, next));
    at = next + piece.length;
  }
  const end = text.length - last.length;
  return end < at ? null : [...stars, text.slice(at, end)];
}

function filled(template: string, stars: readonly string[], of: RuleSubject): string {
  const { owner, pod } = of;
  const words: Readonly<Record<string, string | null | undefined>> = {
    namespace: pod?.namespace,
    pod: pod?.name,
    container: owner === null || owner.kind === 'unit' ? null : owner.container?.slice(0, 12),
    unit: unitOf(owner),
    label: stars[0],
  };
  return template.replace(/\{([a-z]{1,12}|[1-9])\}/g, (whole, word: string) => {
    return stars[Number(word) - 1] ?? words[word] ?? whole;
  });
}
