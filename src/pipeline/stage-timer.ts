import type { PipelineStage } from '../ports/metrics.ts';
import type { CorePorts } from './ports.ts';

/** Runs a stage and reports how long it took, so that no stage has to. */
export type StageTimer = <T>(stage: PipelineStage, run: () => T) => T;

export function stageTimer({
  clock,
  metrics,
}: Pick<CorePorts, 'clock'> & { metrics: Pick<CorePorts['metrics'], 'stage'> }): StageTimer {
  return (stage, run) => {
    const started = clock.elapsedMs();
    const result = run();
    const report = (): void => metrics.stage(stage, clock.elapsedMs() - started);
    if (result instanceof Promise) result.then(report, () => {});
    else report();
    return result;
  };
}
