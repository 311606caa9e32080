import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yamlSeparatorsMax } from '../../base/limits.ts';
import { hasFewSeparators, isSilentYaml } from './silent-yaml.ts';

const KINDS = new Set(['Role', 'CustomResourceDefinition']);

function isSilent(text: string): boolean {
  return isSilentYaml(Buffer.from(text), KINDS);
}

const ROLE = 'apiVersion: v1\nkind: Role\nmetadata:\n  name: a\nrules: []\n';

test('schemas and permissions run nothing', () => {
  for (const text of [
    ROLE,
    `---\n# a comment\n\n---\n${ROLE}---\n${ROLE}`,
    ROLE.replace('  name: a', '  annotations:\n    b: c'),
    ROLE.replaceAll('\n', '\n# kind: Job\n').replace(':\n# kind: Job\n', ':\n'),
    `kind: Role\nmetadata:\n  name: a`,
  ]) {
    assert.ok(isSilent(text), text);
  }
});

test('whatever else stands in a file is read', () => {
  for (const text of [
    `${ROLE}---\nkind: Job\nmetadata:\n  name: a\n`,
    `${ROLE}---\na: b\n`,
    ROLE.replace('kind: Role', 'kind: RoleX'),
    ROLE.replace('kind: Role', 'kind: Role # or so'),
    ROLE.replace('kind: Role', 'kind: "Role"'),
    ROLE.replace('kind: Role', ' kind: Role'),
    ROLE.replace('kind: Role', 'kind: Job\nspec:\n  kind: Role'),
    ROLE.replace('kind: Role', 'kind: >\n  Role'),
    ROLE.replace('metadata:\n  name: a', 'metadata: a'),
    ROLE.replace('  name: a', '  - name: a'),
    ROLE.replace('  name: a', '  a b: c'),
    ROLE.replace('  name: a', '  {name: a}'),
    ROLE.replace('metadata:\n  name: a\n', ''),
  ]) {
    assert.ok(!isSilent(text), text);
  }
});

test('a file that the parser refuses for its length is not plain', () => {
  const most = ','.repeat(yamlSeparatorsMax);
  assert.ok(hasFewSeparators(Buffer.from(`${most}a`)));
  assert.ok(!hasFewSeparators(Buffer.from(`${most},`)));
});
