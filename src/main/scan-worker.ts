/** The thread that reads what the sweep could not clear. One input in, one report out. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import { READERS } from '../providers/registry.ts';
import { type IndicatorLists, Indicators } from '../scanner/indicators/indicators.ts';
import { createScanner } from '../scanner/scanner.ts';

assert(parentPort !== null, 'the scan worker runs in a thread');
const port = parentPort;
const lists: Partial<IndicatorLists> = workerData;
const scanner = createScanner({ readers: READERS, indicators: new Indicators(lists) });

port.on('message', (input: DefinitionInput) => port.postMessage(scanner.scan(input)));
