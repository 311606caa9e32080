import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageName, programName, programOf } from './program.ts';

const of = (line: string) => {
  return programOf(line.split(' ').map((text) => ({ text, dynamic: false })));
};

const CASES: readonly (readonly [line: string, name: string, kind: string, given: string])[] = [
  ['./xmrig -o a', 'xmrig', 'other', '-o a'],
  ['C:\\x\\XMRig.exe -o a', 'xmrig', 'other', '-o a'],
  ['sudo -u root nohup ./x -a', 'x', 'other', '-a'],
  ['wine ./x.exe -a', 'x', 'other', '-a'],
  ['pm2 start ./x -- -o a', 'x', 'other', '-- -o a'],
  ['python3 -u tools/x.py --pool a', 'x.py', 'other', '--pool a'],
  ['python -m pytest tests', 'pytest', 'tool', 'tests'],
  ['java -Xmx1g -jar x.jar -o a', 'x.jar', 'other', '-o a'],
  ['bash -c true', 'bash', 'other', '-c true'],
  ['/usr/bin/grep -r x', 'grep', 'printer', '-r x'],
  ['sed -i s/a/b/ f', 'sed', 'tool', '-i s/a/b/ f'],
  ['sed s/a/b/ f', 'sed', 'printer', 's/a/b/ f'],
  ['docker run -d --rm -e A=b me/xmrig:1 -o a', 'xmrig', 'other', '-o a'],
  ['sudo docker run -it --name n alpine ./x -a', 'x', 'other', '-a'],
  ['docker build -t xmrig .', 'docker', 'tool', 'build -t xmrig .'],
  ['command -v xmrig', 'command', 'printer', '-v xmrig'],
];

for (const [line, name, kind, given] of CASES) {
  test(`program of: ${line}`, () => {
    const program = of(line);
    assert.deepEqual(
      [program.name, program.kind, program.arguments.join(' ')],
      [name, kind, given],
    );
  });
}

test('a program named by its path, and the image that it runs in', () => {
  assert.equal(of('./x').byPath, true);
  assert.equal(of('/usr/bin/x').byPath, false);
  assert.equal(of('x').byPath, false);
  assert.equal(of('docker run --rm ghcr.io/a/b:1 c').image, 'ghcr.io/a/b:1');
  assert.equal(of('echo docker run a').image, '');
  assert.equal(imageName('ghcr.io/a/XMRig:6@sha256:00'), 'xmrig');
  assert.equal(programName('/a/b/c.EXE'), 'c');
});

test('a file of the job’s own is no tool, whatever its name is', () => {
  for (const line of ['./grep -o a', '/tmp/tar -o a', './sudo -o a', 'nice ./node -o a']) {
    const { kind, arguments: given } = of(line);
    assert.deepEqual([kind, given], ['other', ['-o', 'a']], line);
  }
  assert.equal(of('venv/bin/python -m pytest tests').name, 'pytest');
});
