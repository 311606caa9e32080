import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect, Job } from '../../model/job-definition.ts';
import { definitionOf } from '../test-scanner.ts';
import { chosenJobs } from './chosen-jobs.ts';
import { makeOverrides } from './make-overrides.ts';

type Targets = Readonly<Record<string, readonly string[]>>;

function chosen(dialect: Dialect, targets: Targets, names: readonly string[]): readonly string[] {
  const [template] = definitionOf({ scripts: ['a'] }).jobs;
  assert.ok(template);
  const jobs = Object.entries(targets).map(([name, needs]): Job => ({ ...template, name, needs }));
  return chosenJobs([{ dialect, path: 'x', jobs, unread: [] }], names).map(({ name }) => name);
}

test('a target runs behind what it needs, and the first one when none is named', () => {
  const targets = { '': [], '.PHONY': [], all: ['lib', 'app'], lib: [], app: ['lib'], other: [] };
  assert.deepEqual(chosen('makefile', targets, []), ['', 'lib', 'app', 'all']);
  assert.deepEqual(chosen('makefile', targets, ['app']), ['', 'lib', 'app']);
  assert.deepEqual(chosen('makefile', targets, ['absent']), ['']);
  assert.deepEqual(chosen('makefile', { a: ['b'], b: ['a'] }, ['a']), ['b', 'a']);
});

test('of other files all jobs run that are not chosen from', () => {
  assert.deepEqual(chosen('package-json', { a: [], b: [] }, []), ['a', 'b']);
  assert.deepEqual(chosen('package-json', { prea: [], a: [], b: [] }, ['prea', 'a']), [
    'prea',
    'a',
  ]);
});

test('what a caller gives hides what a Makefile says', () => {
  const call = {
    ...({ kind: 'jobs', paths: ['Makefile'], jobs: [], folder: '', text: null } as const),
    given: [['A', 'x$y']] as const,
    variable: (name: string) => (name === 'B' ? 'b' : null),
  };
  const text = 'B ?= default\nC ?= c\nD = d\n';
  assert.equal(makeOverrides('makefile', text, call), '\nB := b\nA := x$$y');
  assert.equal(makeOverrides('package-json', text, call), '');
});
