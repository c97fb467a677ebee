import type { Site } from '../place.ts';
import type { SourceTree } from '../source-tree.ts';
import type { PathValue, Thunk, Unknown, Value } from './value.ts';

/** What operators and builtins need of the evaluator. */
export interface EvalState {
  readonly tree: SourceTree;
  call(callee: Value, argument: Thunk, site: Site | undefined): Value;
  import(path: PathValue, site: Site | undefined): Value;
  /** What a file of a source outside of the tree is, where that is known: `/lib` of nixpkgs. */
  importOutside(source: Unknown, path: string): Value | undefined;
  /** Takes so much from what may still be done; false where nothing is left. */
  spend(steps: number): boolean;
}
