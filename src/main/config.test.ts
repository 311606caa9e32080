import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from '../cli/command.ts';
import { parseIp } from '../linker/identifiers/ip.ts';
import { mmdbFile } from '../linker/identifiers/test-mmdb.ts';
import { secretVariable } from '../ports/provider.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { readConfig } from './config.ts';

function withFile(text: string | Buffer, use: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-config-'));
  try {
    const path = join(folder, 'config.yaml');
    writeFileSync(path, text);
    use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('without arguments it is a usable default', () => {
  const config = readConfig([], {}, '/srv');
  assert.equal(config.data, '/srv/davylamp-data');
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 8420);
  assert.equal(config.mode, 'live');
  assert.equal(config.adminKey, null);
  assert.match(config.policyFile, /policies\/default\.yaml$/);
});

test('the command line wins over the file, the file over the defaults', () => {
  withFile('listen: "[::1]:9000"\nshadow: true\ndata: from-file\n', (path) => {
    const config = readConfig(['--config', path, '--data', 'from-line'], {}, '/srv');
    assert.equal(config.data, '/srv/from-line');
    assert.equal(config.host, '::1');
    assert.equal(config.port, 9000);
    assert.equal(config.mode, 'shadow');
  });
});

test("an operator's indicators are read when the server starts, or it does not start", () => {
  withFile('schema: davylamp.indicators/1\npools: [ourpool.example.org]\n', (path) => {
    const { indicators } = readConfig(['--indicators', path], {}, '/srv');
    assert.deepEqual(indicators, { pools: ['ourpool.example.org'] });
  });
  withFile('schema: davylamp.indicators/1\npools: [github.com]\n', (path) => {
    assert.throws(() => readConfig(['--indicators', path], {}, '/srv'), /:2:9: .*too broad/);
  });
  assert.deepEqual(readConfig([], {}, '/srv').indicators, {});
});

test('networks and disposable domains are read when the server starts, or it does not start', () => {
  const { knowledge } = readConfig([], {}, '/srv');
  assert.deepEqual(knowledge, {});
  withFile('198.51.100.0/24,64500,Ours,hosting\n', (path) => {
    const { networks } = readConfig(['--networks', path], {}, '/srv').knowledge;
    assert.equal(networks?.find(parseIp('198.51.100.7') ?? '')?.operator, 'Ours');
  });
  withFile('throwaway.example\n!yopmail.com\n', (path) => {
    const { isDisposable } = readConfig(['--disposable-domains', path], {}, '/srv').knowledge;
    assert.equal(isDisposable?.('throwaway.example'), true);
    assert.equal(isDisposable?.('yopmail.com'), false);
  });
  const mmdb = mmdbFile([['198.51.100.0/24', { asn: 64500 }]]);
  withFile(mmdb, (path) => {
    const { networks } = readConfig(['--networks', path], {}, '/srv').knowledge;
    assert.equal(networks?.find(parseIp('198.51.100.7') ?? '')?.asn, 64500);
  });
  const broken: readonly (readonly [setting: string, file: string | Buffer, message: RegExp])[] = [
    ['networks', 'a.example\n', /config.yaml:1: this is no network/],
    ['networks', '', /there are no networks/],
    ['networks', mmdb.subarray(0, 40), /no whole MMDB file/],
    ['networks', mmdb.subarray(40), /cannot be read/],
    ['networks', mmdbFile([['198.51.100.0/24', { country: 'XX' }]]), /neither AS numbers/],
    ['disposable-domains', 'com\n', /config.yaml:1: this is no domain/],
  ];
  for (const [setting, file, message] of broken) {
    withFile(file, (path) => {
      assert.throws(
        () => readConfig([`--${setting}`, path], {}, '/srv'),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
  assert.throws(() => readConfig(['--networks', '/nonexistent'], {}, '/'), /--networks .*ENOENT/);
  assert.throws(() => readConfig(['--networks', '/'], {}, '/'), /--networks .*no regular file/);
});

test('localhost is one address', () => {
  assert.equal(readConfig(['--listen', 'localhost:8420'], {}, '/').host, '127.0.0.1');
});

test('mistakes are usage errors that name the setting', () => {
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--listen', 'localhost'], /--listen takes HOST:PORT/],
    [['--listen', ':80'], /--listen takes HOST:PORT/],
    [['--listen', '127.0.0.1:'], /--listen takes HOST:PORT/],
    [['--listen', '127.0.0.1: '], /--listen takes HOST:PORT/],
    [['--listen', 'a:0x50'], /--listen takes HOST:PORT/],
    [['--listen', 'a:99999'], /--listen takes HOST:PORT/],
    [['--log-level', 'loud'], /--log-level takes/],
    [['--log-level', 'wran'], /did you mean "warn"/],
    [['--scan-threads', '0'], /--scan-threads takes/],
    [['--nonsense'], /nonsense/],
    [['extra'], /takes no 'extra'/],
    [['--config', '/nonexistent'], /--config/],
  ];
  for (const [args, message] of wrong) {
    assert.throws(
      () => readConfig(args, {}, '/srv'),
      (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
  assert.throws(() => readConfig([], { DAVYLAMP_ADMIN_KEY: 'short' }, '/'), /16 characters/);
});

test('a file with an unknown, a double or an odd setting is refused', () => {
  for (const text of ['liste: a\n', 'data: a\ndata: b\n', 'data: [a]\n', '- a\n', 'data: [\n']) {
    withFile(text, (path) => {
      assert.throws(() => readConfig(['--config', path], {}, '/'), UsageError, text);
    });
  }
});

test('a setting that is mistyped is told with the nearest one', () => {
  withFile('lisetn: 127.0.0.1:1\n', (path) => {
    assert.throws(() => readConfig(['--config', path], {}, '/'), /did you mean "listen"\?$/);
  });
});

test('a file of two documents is refused: one of them would be overlooked', () => {
  withFile('log-level: info\n---\nshadow: true\n', (path) => {
    assert.throws(() => readConfig(['--config', path], {}, '/'), /one YAML document/);
  });
  withFile('data: *missing\n', (path) => {
    assert.throws(() => readConfig(['--config', path], {}, '/'), /no anchor/);
  });
  withFile('---\nlog-level: warn\n', (path) => {
    assert.equal(readConfig(['--config', path], {}, '/').logLevel, 'warn');
  });
});

test('secrets come by environment', () => {
  const config = readConfig([], { DAVYLAMP_GITLAB_SECRET: 's', OTHER: 'x' }, '/');
  assert.deepEqual(config.secrets, { gitlab: 's' });
  assert.equal(secretVariable('oracle-cloud'), 'DAVYLAMP_ORACLE_CLOUD_SECRET');
});

test('a secret with a name in it is that of a further instance', () => {
  const environment = {
    DAVYLAMP_GITLAB_SECRET: 'one',
    DAVYLAMP_GITLAB_EU_WEST_SECRET: 'two',
    DAVYLAMP_GITHUB_EU_SECRET: 'of no hook',
  };
  const { providers, secrets } = readConfig([], environment, '/');
  assert.deepEqual(secrets, { 'gitlab': 'one', 'gitlab-eu-west': 'two' });
  const names = providers.map(({ name }): string => name);
  assert.ok(names.includes('gitlab') && names.includes('gitlab-eu-west'));
  assert.equal(names.length, PROVIDERS.length + 1);
  for (const name of ['a b', `${'x'.repeat(40)}`, 'ä', 'a-b', 'a/b', '']) {
    const variable = `DAVYLAMP_GITLAB_${name}_SECRET`;
    const read = () => readConfig([], { [variable]: 's' }, '/').secrets;
    if (name === '') assert.deepEqual(read(), {});
    else assert.throws(read, UsageError, name);
  }
});
