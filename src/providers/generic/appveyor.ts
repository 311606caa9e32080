/**
 * Reads `appveyor.yml`. A configuration is a job; each entry of `for` is another one, as it adds to
 * the first or replaces parts of it. Lines of one kind share a shell from phase to phase.
 */
import { fanOutMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { joinSources } from '../_text/source-builder.ts';
import { windowsVariables } from '../_text/windows-variables.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'appveyor';

export const appveyorReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    const bare = name.startsWith('.') ? name.slice(1) : name;
    return isYamlName(name) && bare.startsWith('appveyor.');
  },
  read(path, text) {
    return readYaml(
      DIALECT,
      path,
      text,
      (roots, reading) => {
        for (const item of roots.flatMap((root) => [...itemsIn(root, reading)])) {
          if (item.kind !== 'map') continue;
          const fields = fieldsOf(item, reading);
          if (isForeign(fields, (key) => KEYS.has(key), 'a build of AppVeyor', reading)) continue;
          readConfiguration(fields, reading);
          for (const entry of valuesIn(fields, 'for').flatMap((n) => [...itemsIn(n, reading)])) {
            readConfiguration(fieldsOf(entry, reading), reading);
          }
        }
      },
      'map-or-sequence',
    );
  },
};

/** In the order in which they run. */
const PHASES = [
  ...['init', 'clone_script', 'install', 'before_build', 'build_script', 'after_build'],
  ...['before_test', 'test_script', 'after_test', 'before_package', 'before_deploy'],
  ...['deploy_script', 'after_deploy', 'on_success', 'on_failure', 'on_finish'],
] as const;
/** Lists of which each item starts a copy. */
const AXES = ['image', 'platform', 'configuration', 'os'] as const;

const KEYS: ReadonlySet<string> = new Set<string>([
  ...[...PHASES, ...AXES],
  ...['artifacts', 'branches', 'build', 'cache', 'clone_folder', 'deploy', 'environment', 'for'],
  ...['matrix', 'services', 'stack', 'test', 'version'],
]);

function readConfiguration(fields: Fields, reading: YamlReading): void {
  const job = jobDraft('');
  for (const node of valuesIn(fields, 'environment')) readEnvironment(node, job, reading);
  for (const key of AXES) {
    const values = valuesIn(fields, key).flatMap((node) => textsIn(node, reading, `\`${key}\``));
    job.fanOut = Math.min(job.fanOut * Math.max(1, values.length), fanOutMax);
    for (const { text } of values) job.machine.push(text);
  }
  const lines = PHASES.flatMap((phase) =>
    valuesIn(fields, phase).flatMap((node) => [...linesOf(node, reading)]),
  );
  addLines(lines, job, reading);
  reading.draft.jobs.push(job);
}

/** Names with values; `global` for all copies, `matrix` a list of maps, a copy each. */
function readEnvironment(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  let copies = 0;
  const add = (each: YamlNode): void => {
    for (const variable of environmentIn(each, reading)) {
      if (reading.draft.takesPart()) job.environment.push(variable);
    }
  };
  for (const [name, nodes] of fieldsOf(node, reading)) {
    for (const value of nodes) {
      if (name === 'global') add(value);
      else if (name === 'matrix') {
        for (const row of itemsIn(value, reading)) {
          copies++;
          if (row.kind === 'map') add(row);
          else reading.sayMisfit(row, 'a row of the matrix');
        }
      } else addVariable(name, value, job, reading);
    }
  }
  job.fanOut = Math.min(job.fanOut * Math.max(1, copies), fanOutMax);
}

/** A text, or a map with what only AppVeyor can decrypt. */
function addVariable(name: string, node: YamlNode, job: JobDraft, reading: YamlReading): void {
  const nodes = node.kind === 'map' ? valuesIn(fieldsOf(node, reading), 'secure') : [node];
  for (const value of nodes.flatMap((each) => textsIn(each, reading, 'a value'))) {
    job.environment.push({ name, value });
  }
}

function* linesOf(node: YamlNode, reading: YamlReading): Generator<Command, void, undefined> {
  for (const item of itemsIn(node, reading)) {
    if (item.kind !== 'map') {
      for (const source of textsIn(item, reading, 'a command')) {
        yield { source: windowsVariables(source), shell: 'sh' };
      }
      continue;
    }
    for (const [key, nodes] of fieldsOf(item, reading)) {
      const shell = Object.hasOwn(SHELLS, key) ? SHELLS[key] : undefined;
      if (shell === undefined) reading.sayMisfit(item, 'a command');
      else {
        for (const source of nodes.flatMap((each) => textsIn(each, reading, 'a command'))) {
          yield { source: shell === 'sh' ? windowsVariables(source) : source, shell };
        }
      }
    }
  }
}

const SHELLS: Readonly<Record<string, Command['shell']>> = {
  bash: 'sh',
  cmd: 'sh',
  ps: 'powershell',
  pwsh: 'powershell',
  sh: 'sh',
};

/** Lines of one shell behind one another are one script, so that what they set carries over. */
function addLines(lines: readonly Command[], job: JobDraft, reading: YamlReading): void {
  const { draft } = reading;
  let open: SourceText[] = [];
  for (const [i, { source, shell }] of lines.entries()) {
    open.push(source);
    if (lines[i + 1]?.shell === shell) continue;
    draft.addCommand(job, joinSources(draft.path, open, '\n'), shell);
    open = [];
  }
}
