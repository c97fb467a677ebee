import type { Site } from '../place.ts';
import type { SourceTree } from '../source-tree.ts';
import type { PathValue, Thunk, Value } from './value.ts';

/** What operators and builtins need of the evaluator. */
export interface EvalState {
  readonly tree: SourceTree;
  call(callee: Value, argument: Thunk, site: Site | undefined): Value;
  import(path: PathValue, site: Site | undefined): Value;
  /** Takes so much from what may still be done; false where nothing is left. */
  spend(steps: number): boolean;
}
