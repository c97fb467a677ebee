import { asFunction } from './evaluation/arguments.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import { set, Thunk, unknown, type Value } from './evaluation/value.ts';
import { Configuration } from './modules/configuration.ts';
import { optionsArgument } from './modules/options-argument.ts';

/** `lib.evalModules`: what modules of one's own come to, beside those of a machine. */
export const evalModules = (evaluator: Evaluator, lib: () => Thunk): Thunk =>
  Thunk.of(asFunction([1, (_, argument) => evaluated(argument?.force(), evaluator, lib())], evaluator));

function evaluated(given: Value | undefined, evaluator: Evaluator, lib: Thunk): Value {
  if (given?.kind !== 'set') return given?.kind === 'unknown' ? given : unknown('it needs a set', undefined);
  const modules = given.attributes.get('modules');
  const { root } = new Configuration({
    evaluator,
    // Whoever wrote one that is not read: nothing is known of what is not set here.
    origins: { touchedBy: () => 'everything' },
    modules: modules === undefined ? [] : [{ value: modules, isList: true }],
    special: given.attributes.get('specialArgs')?.force(),
    lib,
    pkgs: Thunk.of(unknown('packages are outside of these files', undefined, { name: 'pkgs' })),
  });
  const rest = unknown('hsdoctor does not know this of evaluated modules', undefined, {
    name: 'lib.evalModules',
  });
  return set(
    [
      ['config', root],
      ['options', Thunk.delay(() => optionsArgument(root))],
    ],
    rest,
  );
}
