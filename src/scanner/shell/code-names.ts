/** Names of other languages that the evaluator of code knows, in lower case. */

/** They start a process. */
export const STARTERS = new Set(
  (
    'system popen popen2 popen3 exec execsync execfile execfilesync spawn spawnsync run call ' +
    'check_call check_output getoutput getstatusoutput shell_exec passthru proc_open pcntl_exec ' +
    'execvp execv execl execlp execve execute capture2 capture2e capture3 create_subprocess_shell ' +
    'create_subprocess_exec posix_spawn startfile execa command sh shell fork_and_exec'
  ).split(' '),
);
/** `eval(text)`: code, and in some languages a command. */
export const EVALUATORS = new Set([
  'eval',
  'exec',
  'function',
  'runinthiscontext',
  'instance_eval',
]);
export const PRINTERS = new Set([
  'print',
  'echo',
  'puts',
  'write',
  'log',
  'printf',
  'say',
  'stdout',
]);
export const WRITERS = new Set(['writefilesync', 'writefile', 'file_put_contents', 'write_text']);
export const READERS = new Set(['readfilesync', 'file_get_contents', 'readfile', 'slurp']);
export const CHARACTER_MAKERS = new Set(['chr', 'fromCharCode', 'fromCodePoint', 'char']);
/** Words before an expression that change nothing of it. */
export const LEADERS = new Set(
  'scalar await new return not yield const let var my our local async throw typeof void'.split(' '),
);
export const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '+=', '.=', '<<']);
/** Methods that put what they are given behind a list. */
export const APPENDERS: ReadonlySet<string> = new Set(['append', 'extend', 'push', 'concat']);
/** Members that are how long a value is. */
export const LENGTHS: ReadonlySet<string> = new Set(['length', 'size']);
/** Methods that are called without brackets. */
export const MEMBERS: ReadonlySet<string> = new Set([
  ...['reverse', 'chars', 'bytes', 'chr', 'ord', 'upcase', 'downcase', 'join'],
]);
/** Standard input by its name, by a function that reads it and as a file. */
export const INPUTS: ReadonlySet<string> = new Set(['STDIN', 'stdin', 'ARGF']);
export const INPUT_READERS: ReadonlySet<string> = new Set(['input', 'gets', 'readline']);
export const INPUT_FILES: ReadonlySet<string> = new Set(['0', '/dev/stdin', 'php://stdin']);
