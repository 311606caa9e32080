/** What Travis runs for a language unasked, and the lists that its matrix multiplies. */

export interface LanguageCommands {
  readonly install: string;
  readonly script: string;
}

/**
 * What runs where the file says nothing of `install` or `script`, as far as it starts what the
 * repository itself says: a test script, a target, a build file.
 */
export const LANGUAGE_COMMANDS: ReadonlyMap<string, LanguageCommands> = new Map([
  ['node_js', { install: 'npm install', script: 'npm test' }],
  ['python', { install: 'pip install -r requirements.txt', script: '' }],
  ['ruby', { install: 'bundle install', script: 'bundle exec rake' }],
  ['go', { install: '', script: 'make' }],
  ['rust', { install: '', script: 'cargo build --verbose\ncargo test --verbose' }],
  ['php', { install: '', script: 'phpunit' }],
  ['java', { install: './gradlew assemble', script: './gradlew check' }],
  ['c', { install: '', script: './configure && make && make test' }],
  ['cpp', { install: '', script: './configure && make && make test' }],
  ['perl', { install: '', script: 'perl Makefile.PL && make test' }],
  ['elixir', { install: 'mix local.hex --force && mix deps.get', script: 'mix test' }],
  ['erlang', { install: 'rebar get-deps', script: 'rebar compile && rebar skip_deps=true eunit' }],
]);

/** Lists that multiply jobs, and the variable in which a job finds its value. */
export const AXES: readonly (readonly [key: string, variable: string])[] = [
  ['os', 'TRAVIS_OS_NAME'],
  ['arch', 'TRAVIS_CPU_ARCH'],
  ['dist', 'TRAVIS_DIST'],
  ['osx_image', 'TRAVIS_OSX_IMAGE'],
  ['compiler', 'CC'],
  ['crystal', 'TRAVIS_CRYSTAL_VERSION'],
  ['d', 'TRAVIS_D_VERSION'],
  ['dart', 'TRAVIS_DART_VERSION'],
  ['dotnet', 'TRAVIS_DOTNET_VERSION'],
  ['elixir', 'TRAVIS_ELIXIR_VERSION'],
  ['gemfile', 'BUNDLE_GEMFILE'],
  ['ghc', 'TRAVIS_HASKELL_VERSION'],
  ['go', 'TRAVIS_GO_VERSION'],
  ['haxe', 'TRAVIS_HAXE_VERSION'],
  ['hhvm', 'TRAVIS_HHVM_VERSION'],
  ['jdk', 'TRAVIS_JDK_VERSION'],
  ['julia', 'TRAVIS_JULIA_VERSION'],
  ['lein', 'TRAVIS_LEIN'],
  ['mono', 'TRAVIS_MONO_VERSION'],
  ['node_js', 'TRAVIS_NODE_VERSION'],
  ['node', 'TRAVIS_NODE_VERSION'],
  ['otp_release', 'TRAVIS_OTP_RELEASE'],
  ['perl', 'TRAVIS_PERL_VERSION'],
  ['perl6', 'TRAVIS_PERL6_VERSION'],
  ['php', 'TRAVIS_PHP_VERSION'],
  ['python', 'TRAVIS_PYTHON_VERSION'],
  ['r', 'TRAVIS_R_VERSION'],
  ['ruby', 'TRAVIS_RUBY_VERSION'],
  ['rvm', 'TRAVIS_RUBY_VERSION'],
  ['rust', 'TRAVIS_RUST_VERSION'],
  ['scala', 'TRAVIS_SCALA_VERSION'],
  ['smalltalk', 'TRAVIS_SMALLTALK_VERSION'],
  ['solution', 'TRAVIS_SOLUTION'],
  ['xcode_scheme', 'TRAVIS_XCODE_SCHEME'],
  ['xcode_sdk', 'TRAVIS_XCODE_SDK'],
];
