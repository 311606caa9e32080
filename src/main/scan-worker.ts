/** The thread that reads what the sweep could not clear. One input in, one report out. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import { READERS } from '../providers/registry.ts';
import { createScanner } from '../scanner/scanner.ts';

assert(parentPort !== null, 'the scan worker runs in a thread');
const port = parentPort;
const scanner = createScanner({ readers: READERS });

port.on('message', (input: DefinitionInput) => port.postMessage(scanner.scan(input)));
