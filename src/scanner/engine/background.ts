/** Whether a command goes on by itself while the job goes on, and where its output goes. */
import type { CommandPassage } from './job-view.ts';
import { programName } from './program.ts';

/** They leave what they run in the background. */
const DETACHERS: ReadonlySet<string> = new Set(
  'setsid screen tmux daemonize start-stop-daemon systemd-run pm2'.split(' '),
);
const DETACHING_FLAGS: ReadonlySet<string> = new Set(['-B', '--background', '--daemon']);
/** Characters of a layer that are looked at for the end of the command. */
const LINE_LENGTH_MAX = 4_000;

/** `./x &`, `setsid ./x`, `screen -dm ./x`, `./x --background`. */
export function isBackgrounded(command: CommandPassage): boolean {
  if (command.arguments.some((word) => DETACHING_FLAGS.has(word))) return true;
  const prefixes = command.words.slice(0, command.words.length - command.arguments.length - 1);
  if (prefixes.some((word) => DETACHERS.has(programName(word)))) return true;
  return endsInAmpersand(lineOf(command));
}

/** The command with its redirections and what follows it on the line. */
export function lineOf(command: CommandPassage): string {
  const { layers, source, start } = command;
  const text = layers.at(-1) ?? source.text;
  const from = layers.length === 0 ? start : Math.max(0, text.indexOf(command.words[0] ?? ''));
  const end = text.indexOf('\n', layers.length === 0 ? Math.max(from, command.end) : from);
  return text.slice(from, Math.min(end < 0 ? text.length : end, from + LINE_LENGTH_MAX));
}

/** Standard output and errors of the command are thrown away. */
export function isSilenced(command: CommandPassage): boolean {
  const line = lineOf(command).replaceAll(' ', '');
  return line.includes('>/dev/null2>&1') || line.includes('&>/dev/null');
}

/** An ampersand that is neither `&&` nor part of a redirection. */
function endsInAmpersand(line: string): boolean {
  for (let at = line.indexOf('&'); at !== -1; at = line.indexOf('&', at + 1)) {
    const before = line[at - 1] ?? '';
    const after = line[at + 1] ?? '';
    if (after === '&') at++;
    else if (before !== '>' && before !== '<' && after !== '>') return true;
  }
  return false;
}
