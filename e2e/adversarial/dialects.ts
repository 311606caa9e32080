/** A case as a definition of each dialect. */
import type { Dialect } from '../../src/model/job-definition.ts';
import type { Case } from './techniques.ts';

export interface Wrapped {
  readonly path: string;
  readonly text: string;
}

type Environment = Readonly<Record<string, string>>;
type Wrap = (lines: readonly string[], environment: Environment) => Wrapped;

export const WRAPS: Readonly<Partial<Record<Dialect, Wrap>>> = {
  'github': (lines, environment) => ({
    path: '.github/workflows/ci.yml',
    text: text(
      'name: CI',
      'on: [push]',
      'jobs:',
      '  test:',
      '    runs-on: ubuntu-latest',
      ...under('env', environment, 4),
      '    steps:',
      '      - uses: actions/checkout@v4',
      '      - name: Test',
      '        run: |',
      indent(lines, 10),
    ),
  }),
  'forgejo': (lines, environment) => ({
    path: '.forgejo/workflows/ci.yml',
    text: text(
      'on: [push]',
      ...under('env', environment, 0),
      'jobs:',
      '  test:',
      '    runs-on: docker',
      '    steps:',
      '      - run: |',
      indent(lines, 10),
    ),
  }),
  'gitlab': (lines, environment) => ({
    path: '.gitlab-ci.yml',
    text: text(
      'stages: [test]',
      ...under('variables', environment, 0),
      'unit:',
      '  stage: test',
      '  image: debian:12',
      '  script:',
      '    - |',
      indent(lines, 6),
    ),
  }),
  'travis': (lines, environment) => ({
    path: '.travis.yml',
    text: text(
      'language: generic',
      ...unless(environment, ['env:', '  global:']),
      ...rows(environment, (name, value) => `    - ${name}=${value}`),
      'script:',
      '  - |',
      indent(lines, 4),
    ),
  }),
  'circleci': (lines, environment) => ({
    path: '.circleci/config.yml',
    text: text(
      'version: 2.1',
      'jobs:',
      '  test:',
      '    docker:',
      '      - image: cimg/base:2024.01',
      ...under('environment', environment, 4),
      '    steps:',
      '      - checkout',
      '      - run:',
      '          name: Test',
      '          command: |',
      indent(lines, 12),
      'workflows:',
      '  main:',
      '    jobs: [test]',
    ),
  }),
  'woodpecker': (lines, environment) => ({
    path: '.woodpecker.yml',
    text: text('when:', '  - event: push', ...containerStep(lines, environment)),
  }),
  'drone': (lines, environment) => ({
    path: '.drone.yml',
    text: text(
      'kind: pipeline',
      'type: docker',
      'name: default',
      ...containerStep(lines, environment),
    ),
  }),
  'buildkite': (lines, environment) => ({
    path: '.buildkite/pipeline.yml',
    text: text(
      ...under('env', environment, 0),
      'steps:',
      '  - label: test',
      '    command: |',
      indent(lines, 6),
    ),
  }),
  'sourcehut': (lines, environment) => ({
    path: '.build.yml',
    text: text(
      'image: debian/stable',
      ...under('environment', environment, 0),
      'tasks:',
      '  - test: |',
      indent(lines, 6),
    ),
  }),
  'bitbucket-pipelines': (lines, environment) => ({
    path: 'bitbucket-pipelines.yml',
    text: text(
      'image: debian:12',
      'pipelines:',
      '  default:',
      '    - step:',
      '        script:',
      '          - |',
      indent([...exportsOf(environment), ...lines], 12),
    ),
  }),
  'azure-pipelines': (lines, environment) => ({
    path: 'azure-pipelines.yml',
    text: text(
      'trigger: [main]',
      'steps:',
      '  - bash: |',
      indent(lines, 6),
      ...under('env', environment, 4),
    ),
  }),
  'jenkinsfile': (lines, environment) => ({
    path: 'Jenkinsfile',
    text: text(
      'pipeline {',
      '  agent any',
      ...unless(environment, ['  environment {']),
      ...rows(environment, (name, value) => `    ${name} = '${value}'`),
      ...unless(environment, ['  }']),
      '  stages {',
      "    stage('test') {",
      '      steps {',
      `        sh '''\n${groovyText(lines)}\n'''`,
      '      }',
      '    }',
      '  }',
      '}',
    ),
  }),
  'dockerfile': (lines, environment) => ({
    path: 'Dockerfile',
    text: text(
      'FROM debian:12',
      ...rows(environment, (name, value) => `ENV ${name}=${value}`),
      'COPY . .',
      "RUN <<'DONE'",
      ...lines,
      'DONE',
    ),
  }),
  'shell': (lines, environment) => ({
    path: 'build.sh',
    text: text('#!/bin/bash', ...exportsOf(environment), ...lines),
  }),
  'kubernetes': (lines, environment) => ({
    path: 'deploy/job.yaml',
    text: text(
      'apiVersion: batch/v1',
      'kind: Job',
      'metadata:',
      '  name: test',
      'spec:',
      '  template:',
      '    spec:',
      '      restartPolicy: Never',
      '      containers:',
      '        - name: test',
      '          image: debian:12',
      ...unless(environment, ['          env:']),
      ...rows(environment, (name, value) => {
        return `            - {name: ${name}, value: ${JSON.stringify(value)}}`;
      }),
      '          command: [bash, -c]',
      '          args:',
      '            - |',
      indent(lines, 14),
    ),
  }),
  'compose': (lines, environment) => ({
    path: 'compose.yaml',
    text: text(
      'services:',
      '  app:',
      '    image: debian:12',
      ...under('environment', environment, 4),
      // Compose fills in variables itself, and `$$` is a dollar for the container.
      `    command: ["bash", "-c", ${JSON.stringify(lines.join('\n').replaceAll('$', '$$$$'))}]`,
    ),
  }),
  'cloud-init': (lines, environment) => ({
    path: 'cloud-init.yaml',
    text: text(
      '#cloud-config',
      'package_update: true',
      'runcmd:',
      '  - |',
      indent([...exportsOf(environment), ...lines], 4),
    ),
  }),
};

export function wrapped(wrap: Wrap, { lines, environment = {} }: Case): Wrapped {
  return wrap(lines, environment);
}

/** A step of Woodpecker and of Drone. */
function containerStep(lines: readonly string[], environment: Environment): readonly string[] {
  return [
    'steps:',
    '  - name: test',
    '    image: debian:12',
    ...under('environment', environment, 4),
    '    commands:',
    '      - |',
    indent(lines, 8),
  ];
}

function text(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function indent(lines: readonly string[], columns: number): string {
  const shift = (line: string): string => (line === '' ? '' : ' '.repeat(columns) + line);
  return lines.join('\n').split('\n').map(shift).join('\n');
}

/** `key:` and a map below it, or nothing when the map is empty. */
function under(key: string, values: Environment, columns: number): readonly string[] {
  const margin = ' '.repeat(columns);
  const row = (name: string, value: string): string =>
    `${margin}  ${name}: ${JSON.stringify(value)}`;
  return [...unless(values, [`${margin}${key}:`]), ...rows(values, row)];
}

function rows(
  values: Environment,
  row: (name: string, value: string) => string,
): readonly string[] {
  return Object.entries(values).map(([name, value]) => row(name, value));
}

/** The lines, unless the map is empty. */
function unless(values: Environment, lines: readonly string[]): readonly string[] {
  return Object.keys(values).length === 0 ? [] : lines;
}

function exportsOf(environment: Environment): readonly string[] {
  return rows(environment, (name, value) => `export ${name}='${value}'`);
}

/** The inside of a Groovy text between three apostrophes. */
function groovyText(lines: readonly string[]): string {
  const whole = lines.join('\n').replaceAll('\\', '\\\\');
  return whole.replaceAll("'''", "''\\'").replace(/'$/, "\\'");
}
