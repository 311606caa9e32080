import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Listed, listFiles } from './list-files.ts';
import { DiskTree } from './source-tree.ts';

function filesOf(
  paths: readonly string[],
  root: string,
  filesMax?: number,
): readonly Exclude<Listed, { kind: 'folder' }>[] {
  return [...listFiles(paths, root, filesMax)].filter((one) => one.kind !== 'folder');
}

function treeOf(t: { after(task: () => void): void }, files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-list-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const path of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return root;
}

function namesIn(root: string, paths: readonly string[] = ['.'], filesMax?: number): string[] {
  return [...filesOf(paths, root, filesMax)].map(({ path }) => path.slice(root.length + 1));
}

test('files come in the order of their names, folders among them, and `.git` is left out', (t) => {
  const root = treeOf(t, ['b', 'a/z', 'a/b/c', '.git/config', 'node_modules/x', 'c/.git/x', 'c/d']);
  assert.deepEqual(namesIn(root), ['a/b/c', 'a/z', 'b', 'c/d', 'node_modules/x']);
});

test('the tree of a file is the nearest folder with a `.git`', (t) => {
  const root = treeOf(t, ['clones/a/.git/x', 'clones/a/b/c.sh', 'clones/d.sh']);
  const roots = [...filesOf(['.'], root)].map((one) => (one.kind === 'file' ? one.root : ''));
  assert.deepEqual(roots, [`${root}/clones/a`, root]);
  const [named] = filesOf(['clones/a/b/c.sh'], root);
  assert.deepEqual(named, {
    kind: 'file',
    path: `${root}/clones/a/b/c.sh`,
    root: `${root}/clones/a`,
    isNamed: true,
    progress: 0,
  });
});

test('a folder inside a repository is part of its tree', (t) => {
  const root = treeOf(t, ['.git/x', 'sub/a.sh']);
  const [listed] = filesOf(['sub'], root);
  assert.equal(listed?.kind === 'file' && listed.root, root);
});

test('a folder that is a link leads to files of the tree only', (t) => {
  const root = treeOf(t, ['tree/a/b', 'outside/c']);
  symlinkSync('../outside', join(root, 'tree/out'));
  symlinkSync('a', join(root, 'tree/in'));
  const tree = new DiskTree(`${root}/tree`, root);
  assert.equal(tree.read(`${root}/tree/in/b`).kind, 'bytes');
  assert.equal(tree.read(`${root}/tree/out/c`).kind, 'absent');
});

test('the list says how far it has come', (t) => {
  const root = treeOf(t, ['a/1', 'a/2/x', 'b', 'c/x', 'c/y']);
  const progress = [...filesOf(['.', '.'], root)].map((one) => {
    return one.kind === 'file' ? Math.round(one.progress * 24) : -1;
  });
  assert.deepEqual(progress, [0, 2, 4, 8, 10, 12, 14, 16, 20, 22]);
});

test('what is not there, and what goes over the limit, is said', (t) => {
  const root = treeOf(t, ['a', 'b', 'c']);
  const listed = [...filesOf(['absent', '.'], root, 2)];
  assert.deepEqual(
    listed.map(({ kind }) => kind),
    ['unread', 'file', 'file', 'unread'],
  );
});

test('links to folders are not entered, and folders may nest deeper than calls', (t) => {
  const root = treeOf(t, ['a/b']);
  symlinkSync('..', join(root, 'a/up'));
  const deep = 'd/'.repeat(1_500);
  mkdirSync(join(root, deep), { recursive: true });
  assert.deepEqual(namesIn(root), ['a/b', 'a/up']);
});

test('a tree reads files and links inside it, and nothing else', (t) => {
  const root = treeOf(t, ['a/b', 'out']);
  symlinkSync('b', join(root, 'a/inside'));
  symlinkSync('../out', join(root, 'a/outside'));
  symlinkSync('loop', join(root, 'a/loop'));
  const tree = new DiskTree(`${root}/a`, root);
  const kindOf = (name: string): string => tree.read(`${root}/a/${name}`).kind;
  assert.deepEqual(['b', 'inside', 'outside', 'loop', '.', 'absent'].map(kindOf), [
    'bytes',
    'bytes',
    'absent',
    'unread',
    'absent',
    'unread',
  ]);
  assert.equal(tree.shown(`${root}/a/b`), 'a/b');
});
