import fc from 'fast-check';

type Type = 'integer' | 'text' | 'boolean' | 'list' | 'set' | 'any';

const TYPES = ['integer', 'text', 'boolean', 'list', 'set'] as const;
const names = fc.constantFrom('a', 'b', 'c', 'd');
const plain = fc.constantFrom('', 'x', 'a b', 'ü', '$', '\\n', '  ', '\\${', '$$', '/', '-1');
/** A single `$` makes no interpolation of the `${` behind it. */
const front = plain.filter((text) => text !== '$');
const indented = plain.filter((text) => text !== '\\${');
const spaces = fc.constantFrom(' ', '\n  ', ' /* c */ ', ' # c\n');

/** Expressions of every type: many have no value, because a variable is of another type than is needed. */
export const expressionOf: fc.Arbitrary<string> = fc
  .constantFrom(...TYPES)
  .chain((type) => of(type, 4))
  .map((text) => `let a = 7; b = "v"; c = { a = 1; b.c = [ 2 ]; }; d = [ 3 ]; in ${text}`);

const made = new Map<string, fc.Arbitrary<string>>();

/** Each is made once, for else there would be millions. */
function of(type: Type, depth: number): fc.Arbitrary<string> {
  const key = `${type} ${depth}`;
  const known = made.get(key) ?? make(type, depth);
  made.set(key, known);
  return known;
}

function make(type: Type, depth: number): fc.Arbitrary<string> {
  if (type === 'any') return fc.constantFrom(...TYPES).chain((each) => of(each, depth));
  if (depth <= 0) return leaf(type);
  const below = (each: Type) => of(each, depth - 1);
  return fc.oneof(
    { weight: 1, arbitrary: leaf(type) },
    { weight: 4, arbitrary: own(type, below) },
    {
      weight: 3,
      arbitrary: around(type, below),
    },
  );
}

type Below = (type: Type) => fc.Arbitrary<string>;

const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''));

function leaf(type: Type): fc.Arbitrary<string> {
  switch (type) {
    case 'integer':
      return fc.oneof(fc.integer({ min: 0, max: 50 }).map(String), names);
    case 'text':
      return fc.oneof(
        plain.map((text) => `"${text}"`),
        indented.map((text) => `''\n ${text}\n  y''`),
        names,
      );
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'list':
      return fc.constantFrom('[ ]', '[ 1 2 ]', '[ "a" ]', '[ a b ]');
    default:
      return fc.constantFrom('{ }', '{ a = 1; }', '{ a.b = 1; a.c = 2; }', '{ a = { b = 1; }; a.c = "x"; }');
  }
}

function own(type: Type, below: Below): fc.Arbitrary<string> {
  const [integer, text, list, set] = [below('integer'), below('text'), below('list'), below('set')];
  switch (type) {
    case 'integer':
      return fc.oneof(
        join('(', integer, spaces, fc.constantFrom('+', '-', '*', '/'), ' ', integer, ')'),
        join('(-', integer, ')'),
        join('(builtins.length ', list, ')'),
        join('(builtins.stringLength ', text, ')'),
        join("(builtins.foldl' (x: y: x + y) 0 ", list, ')'),
      );
    case 'text':
      return fc.oneof(
        join('(', text, ' + ', text, ')'),
        join('"', front, '${', text, '}', plain, '"'),
        join(
          "''\n  ",
          indented.filter((text) => text !== '$'),
          '${',
          text,
          '}\n    ',
          plain,
          "\n  ''",
        ),
        join('(toString ', below('any'), ')'),
        join('(builtins.concatStringsSep "-" (map toString ', list, '))'),
        join('(builtins.substring ', integer, ' 2 ', text, ')'),
        join('(builtins.replaceStrings [ "a" "x" ] [ "y" "" ] ', text, ')'),
        join('(builtins.toJSON ', below('any'), ')'),
        join('(builtins.typeOf ', below('any'), ')'),
      );
    case 'boolean':
      return fc.oneof(
        join('(', below('any'), fc.constantFrom(' == ', ' != '), below('any'), ')'),
        join('(', integer, fc.constantFrom(' < ', ' <= ', ' > ', ' >= '), integer, ')'),
        join('(', below('boolean'), fc.constantFrom(' && ', ' || ', ' -> '), below('boolean'), ')'),
        join('(!', below('boolean'), ')'),
        join('(', set, ' ? ', names, '.', names, ')'),
        join('(builtins.elem ', below('any'), ' ', list, ')'),
        join('(builtins.isString ', below('any'), ')'),
      );
    case 'list':
      return fc.oneof(
        join('[', spaces, below('any'), ' ', below('any'), spaces, ']'),
        join('(', list, ' ++ ', list, ')'),
        join('(map (a: ', below('any'), ') ', list, ')'),
        join('(builtins.filter (a: ', below('boolean'), ') ', list, ')'),
        join('(builtins.attrNames ', set, ')'),
        join('(builtins.attrValues ', set, ')'),
        join('(builtins.genList (b: ', below('any'), ') 3)'),
        join('(builtins.sort (a: b: a < b) ', list, ')'),
      );
    default:
      return fc.oneof(
        join('{ a = ', below('any'), ';', spaces, names, 'x.b = ', below('any'), '; }'),
        join('(rec { a = ', below('any'), '; b = ', below('any'), '; })'),
        join('{ "', names, ' x" = ', below('any'), '; ${', text, '} = ', below('any'), '; }'),
        join('{ inherit a; inherit (', set, ') b c; }'),
        join('(', set, ' // ', set, ')'),
        join('(builtins.mapAttrs (a: b: ', below('any'), ') ', set, ')'),
        join('(removeAttrs ', set, ' [ "', names, '" ])'),
        join(
          '(builtins.listToAttrs (map (a: { name = toString a; value = ',
          below('any'),
          '; }) ',
          list,
          '))',
        ),
      );
  }
}

function around(type: Type, below: Below): fc.Arbitrary<string> {
  const same = below(type);
  return fc.oneof(
    join('(let ', names, ' = ', below('any'), '; in ', same, ')'),
    join('(let a = ', below('integer'), '; b = ', below('text'), '; c = ', below('set'), '; in ', same, ')'),
    join('(with ', below('set'), '; ', same, ')'),
    join('(if ', below('boolean'), ' then ', same, ' else ', same, ')'),
    join('((', names, ': ', same, ') ', below('any'), ')'),
    join('(({ a, b ? ', below('any'), ', ... }@c: ', same, ') ', below('set'), ')'),
    join('(({ a ? ', below('any'), ' }: ', same, ') { })'),
    join('(', below('set'), '.', names, ' or ', same, ')'),
    join('(', below('set'), '.', names, '.', names, ' or ', same, ')'),
    join('{ a = ', same, '; }.a'),
    join('(assert ', below('boolean'), '; ', same, ')'),
  );
}
