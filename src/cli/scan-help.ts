export const SCAN_HELP = `Reads job definitions for mining.

  davylamp scan [OPTION…] [PATH…]

PATH is a folder, a file, an archive (.tar .tar.gz .tgz .tar.zst .zip) or -
for standard input; without one the current folder is scanned. Everything in
it that is a job definition of a known dialect is judged, and so is every
file of the same tree that one of them runs. Nothing is skipped but .git, and
no file of the tree can switch the scanner off.

What is scanned
  --exclude GLOB     leaves out paths that fit, in the operator's name; may
                     stand several times; * and ? stay in a folder, ** does not
  --tracked          only files that git tracks: not what was installed or
                     built in your own checkout
  --changed-since REV
                     only definitions that differ from this commit, or that
                     run a file which does
  --dialect D        reads files that are named themselves, and standard
                     input, as D whatever their name
  --stdin-name NAME  judges standard input as if it stood there
  --jobs N           threads for large trees; one for each core, if not said
  --indicators FILE  private pools, programs, images and addresses, besides
                     the public ones

What counts
  --fail-on V        the mildest verdict that ends with exit code 1:
                     confirmed (default), suspected, never
  --allow-unread     ends with 0 instead of 3 where some input was not read
  --baseline FILE    a former JSON or SARIF report: only what is new counts
                     and is shown
  --suppressions FILE
                     findings that are accepted, each with its reason
  --allow-inline-suppressions
                     lets comments and .davylamp-ignore files of the scanned
                     tree suppress findings; they are only told of otherwise

What is printed
  --format F         text (default), json (schema davylamp.scan/1), sarif
                     (2.1.0) or github (workflow annotations); standard output
                     holds nothing else
  --write FORMAT=FILE
                     writes a report to FILE besides; may stand several times
  --verbose          weak findings, every sentence, and what was suppressed
  --quiet            nothing but what is confirmed or suspected

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 the arguments do
not fit, 3 nothing found, but some input could not be read or a report not be
written.
`;
