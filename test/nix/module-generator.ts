import fc from 'fast-check';

/** The files of a machine: `configuration.nix` and what it imports. */
export type Modules = Readonly<Record<string, string>>;

type Type = 'boolean' | 'integer' | 'text' | 'list' | 'set';
type Text = fc.Arbitrary<string>;

/** Options that are declared in the tree itself, in an order in which each may only depend on those before it. */
const DECLARED = `{ lib, ... }: {
  options.own = {
    flag = lib.mkOption { type = lib.types.bool; default = false; };
    on = lib.mkEnableOption "it";
    n = lib.mkOption { type = lib.types.int; default = 7; };
    s = lib.mkOption { type = lib.types.str; default = "s"; };
    l = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ "d" ]; };
    set = lib.mkOption { type = lib.types.attrsOf lib.types.int; default = { }; };
    text = lib.mkOption { type = lib.types.lines; default = ""; };
    maybe = lib.mkOption { type = lib.types.nullOr lib.types.str; default = null; };
    lists = lib.mkOption { type = lib.types.attrsOf (lib.types.listOf lib.types.str); default = { }; };
    one = lib.mkOption {
      default = { };
      type = lib.types.submodule { options.port = lib.mkOption { type = lib.types.int; default = 80; }; options.tags = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; }; };
    };
    many = lib.mkOption {
      default = { };
      type = lib.types.attrsOf (lib.types.submodule ({ name, config, ... }: {
        options.port = lib.mkOption { type = lib.types.int; default = 80; };
        options.title = lib.mkOption { type = lib.types.str; default = name; };
        options.both = lib.mkOption { type = lib.types.str; default = "\${config.title}:\${toString config.port}"; };
      }));
    };
  };
}`;

const CONSTANTS =
  '{ port = 2283; name = "kuma"; yes = true; names = [ "x" "y" ]; ports = { a = 1; b = 2; }; }';

/** What can be referred to by the options of which number. */
const REFERENCES: Readonly<Record<Type, readonly (readonly [number, string])[]>> = {
  boolean: [
    [1, 'config.own.flag'],
    [2, 'config.own.on'],
    [0, 'constants.yes'],
  ],
  integer: [
    [3, 'config.own.n'],
    [0, 'constants.port'],
    [6, '(config.own.set.a or 5)'],
  ],
  text: [
    [4, 'config.own.s'],
    [0, 'constants.name'],
  ],
  list: [
    [5, 'config.own.l'],
    [0, 'constants.names'],
  ],
  set: [
    [6, 'config.own.set'],
    [0, 'constants.ports'],
  ],
};

interface Target {
  /** The attributes from the top; some are put together from several names. */
  readonly path: string;
  readonly type: Type;
  readonly mergeable?: true;
}

const target = (path: string, type: Type, mergeable?: true): Target => ({
  path,
  type,
  ...(mergeable === undefined ? {} : { mergeable }),
});

const TARGETS: readonly (readonly Target[])[] = [
  [target('own.flag', 'boolean')],
  [target('own.on', 'boolean')],
  [target('own.n', 'integer')],
  [target('own.s', 'text')],
  [target('own.l', 'list', true)],
  [target('own.set', 'set', true), target('own.set.a', 'integer'), target('own.set.c', 'integer')],
  [target('own.text', 'text', true)],
  [target('own.maybe', 'text')],
  [target('own.lists.a', 'list', true), target('own.lists.b', 'list', true)],
  [target('own.one.port', 'integer'), target('own.one.tags', 'list', true)],
  [
    target('own.many.x.port', 'integer'),
    target('own.many.y.port', 'integer'),
    target('own.many.y.title', 'text'),
  ],
  [
    target('networking.hostName', 'text'),
    target('virtualisation.oci-containers.backend', 'text'),
    target('virtualisation.oci-containers.containers.plex.image', 'text'),
    target('virtualisation.oci-containers.containers.plex.ports', 'list', true),
    target('virtualisation.oci-containers.containers."a b".image', 'text'),
    target('virtualisation.oci-containers.containers."a b".environment.K', 'text'),
    target('virtualisation.oci-containers.containers.plex.user', 'text'),
    target('systemd.services.podman-plex.after', 'list', true),
    target('systemd.services.podman-plex.preStart', 'text', true),
    target('systemd.services.podman-plex.serviceConfig.ExecStartPre', 'list', true),
    target('systemd.services.other.serviceConfig.ExecStartPre', 'text'),
    target('systemd.services.other.serviceConfig.ExecStartPre', 'list', true),
    target('systemd.services.other.environment.A', 'text'),
    target('systemd.services.other.enable', 'boolean'),
  ],
];

/** What nix and the reader are asked: those below `own` are declared in the tree, the others are not. */
export const PATTERNS = [
  ...['flag', 'on', 'n', 's', 'l', 'text', 'maybe', 'set', 'set.*', 'lists.*', 'one.port', 'one.tags']
    .concat('many.*.port', 'many.*.title', 'many.*.both')
    .map((name) => `own.${name}`),
  ...[
    'backend',
    'containers.*.image',
    'containers.*.ports',
    'containers.*.environment.*',
    'containers.*.user',
  ].map((name) => `virtualisation.oci-containers.${name}`),
  ...['after', 'preStart', 'enable', 'serviceConfig.*', 'environment.*'].map(
    (name) => `systemd.services.*.${name}`,
  ),
  'networking.hostName',
];

const join = (...parts: readonly (string | Text)[]): Text =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''));

const made = new Map<string, Text>();

/** An expression of a type that depends on no option of this number or a higher one. */
function expression(type: Type, below: number, depth: number): Text {
  const key = `${type} ${below} ${depth}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const referred = REFERENCES[type].filter(([number]) => number < below).map(([, text]) => text);
  const leaf = fc.oneof(literal(type), fc.constantFrom(...referred));
  const value =
    depth <= 0
      ? leaf
      : fc.oneof(
          leaf,
          composed(type, (each) => expression(each, below, depth - 1)),
        );
  made.set(key, value);
  return value;
}

function literal(type: Type): Text {
  switch (type) {
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'integer':
      return fc.integer({ min: 0, max: 9 }).map(String);
    case 'text':
      return fc.constantFrom('"one"', '"two"', '""', "''\n  lines\n    deep\n''", '"$x"', '"a\\nb"');
    case 'list':
      return fc.constantFrom('[ ]', '[ "p" ]', '[ "q" "r" ]');
    case 'set':
      return fc.constantFrom('{ }', '{ a = 1; }', '{ a = 1; b = 2; }', '{ c = 3; }');
  }
}

function composed(type: Type, of: (type: Type) => Text): Text {
  const [boolean, integer, text, list, set] = [
    of('boolean'),
    of('integer'),
    of('text'),
    of('list'),
    of('set'),
  ];
  const any: readonly Text[] = [
    join('(if ', boolean, ' then ', of(type), ' else ', of(type), ')'),
    join('(let v = ', of(type), '; in v)'),
    join('((x: x) ', of(type), ')'),
    join('({ f ? ', of(type), ', ... }: f) { }').map((each) => `(${each})`),
    join('{ v = ', of(type), '; }.v'),
    join('(with { v = ', of(type), '; }; v)'),
  ];
  switch (type) {
    case 'boolean':
      return fc.oneof(
        ...any,
        join('(!', boolean, ')'),
        join('(', boolean, fc.constantFrom(' && ', ' || ', ' -> '), boolean, ')'),
        join('(', integer, fc.constantFrom(' == ', ' < '), integer, ')'),
        join('(lib.elem ', text, ' ', list, ')'),
        join('(lib.hasPrefix ', text, ' ', text, ')'),
        join('(', set, ' ? a)'),
      );
    case 'integer':
      return fc.oneof(
        ...any,
        join('(', integer, ' + ', integer, ')'),
        join('(builtins.length ', list, ')'),
        join('(', set, '.b or ', integer, ')'),
      );
    case 'text':
      return fc.oneof(
        ...any,
        join('"${', text, '}-${toString ', integer, '}"'),
        join('(', text, ' + ', text, ')'),
        join('(lib.optionalString ', boolean, ' ', text, ')'),
        join('(lib.concatStringsSep "," ', list, ')'),
        join('(toString ', integer, ')'),
        join('(lib.removeSuffix "e" ', text, ')'),
      );
    case 'list':
      return fc.oneof(
        ...any,
        join('[ ', text, ' ', text, ' ]'),
        join('(', list, ' ++ ', list, ')'),
        join('(lib.optional ', boolean, ' ', text, ')'),
        join('(lib.optionals ', boolean, ' ', list, ')'),
        join('(map (x: x + "!") ', list, ')'),
        join('(lib.attrNames ', set, ')'),
        join('(lib.mapAttrsToList (k: v: "${k}=${toString v}") ', set, ')'),
      );
    case 'set':
      return fc.oneof(
        ...any,
        join('{ a = ', integer, '; d = ', integer, '; }'),
        join('(', set, ' // ', set, ')'),
        join('(lib.genAttrs [ "a" "e" ] (name: ', integer, '))'),
        join('(lib.mapAttrs (k: v: v + 1) ', set, ')'),
        join('(lib.optionalAttrs ', boolean, ' ', set, ')'),
        join('(lib.filterAttrs (k: v: v < 3) ', set, ')'),
        join('(builtins.removeAttrs ', set, ' [ "a" ])'),
        join('(rec { a = ', integer, '; b = a; })'),
      );
  }
}

/** With what NixOS wraps around values. */
function wrapped({ type, mergeable }: Target, number: number, depth: number): Text {
  const value = expression(type, number, 2);
  if (depth <= 0) return value;
  const inner = wrapped(
    { path: '', type, ...(mergeable === undefined ? {} : { mergeable }) },
    number,
    depth - 1,
  );
  const condition = expression('boolean', number, 1);
  const ordered = join('(', fc.constantFrom('lib.mkBefore', 'lib.mkAfter'), ' ', value, ')');
  const isOrdered = mergeable && type !== 'set';
  // NixOS looks for no mkIf and no mkMerge within these.
  const bare = isOrdered ? fc.oneof(value, ordered) : value;
  const property = fc.oneof(
    join('(lib.mkIf ', condition, ' ', inner, ')'),
    join('(lib.mkDefault ', bare, ')'),
    join('(lib.mkForce ', bare, ')'),
    join('(lib.mkOverride ', fc.constantFrom('10', '90', '100', '1400'), ' ', bare, ')'),
    join('(lib.mkMerge [ ', inner, ' ])'),
    ...(mergeable ? [join('(lib.mkMerge [ ', inner, ' ', inner, ' ])')] : []),
    ...(isOrdered ? [ordered] : []),
  );
  return fc.oneof({ weight: 3, arbitrary: value }, { weight: 2, arbitrary: property });
}

/** `a.b.c = value;`, with some of its names in a set of their own, and that perhaps under a condition. */
const definition: Text = fc
  .nat({ max: TARGETS.length - 1 })
  .chain((index) =>
    fc.constantFrom(...(TARGETS[index] ?? [])).chain((chosen) =>
      fc.tuple(
        fc.constant(namesOf(chosen.path)),
        wrapped(chosen, index + 1, 2),
        expression(chosen.type, index + 1, 2),
        fc.nat({ max: 5 }),
        fc.oneof(
          { weight: 3, arbitrary: fc.constant('') },
          {
            weight: 1,
            arbitrary: join('lib.mkIf ', expression('boolean', Math.min(index + 1, 1), 1), ' '),
          },
          { weight: 1, arbitrary: fc.constantFrom('lib.mkDefault ', 'lib.mkForce ') },
        ),
      ),
    ),
  )
  .map(([names, property, bare, cut, around]) => {
    const value = /Default|Force/.test(around) ? bare : property;
    const split = Math.min(cut, names.length - 1);
    if (split === 0) return `${names.join('.')} = ${value};`;
    const [above, below] = [names.slice(0, split).join('.'), names.slice(split).join('.')];
    return `${above} = ${around}{ ${below} = ${value}; };`;
  });

const namesOf = (path: string) => path.match(/"[^"]*"|[^.]+/g) ?? [];

const condition = expression('boolean', 1, 1);

/** A module that sets a few things, in one of the forms that modules have. */
const body: Text = fc
  .tuple(
    fc.array(definition, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('plain', 'config', 'if', 'merge', 'let'),
    condition,
  )
  .map(([definitions, form, when]) => {
    // Each in a set of its own: in one set the same name twice is no Nix.
    const sets = definitions.map((each) => `{ ${each} }`);
    switch (form) {
      case 'if':
        return `config = lib.mkIf ${when} (lib.mkMerge [ ${sets.join(' ')} ]);`;
      case 'merge':
        return `config = lib.mkMerge [ ${sets.join(' ')} (lib.mkIf ${when} ${sets[0]}) ];`;
      case 'let':
        return `config = let all = [ ${sets.join(' ')} ]; in lib.mkMerge all;`;
      case 'config':
        return `config = ${sets[0]};`;
      default:
        return definitions[0] ?? '';
    }
  });

/** Modules that import each other, and set and use the options of one another. */
export const modulesOf: fc.Arbitrary<Modules> = fc
  .tuple(fc.array(body, { minLength: 2, maxLength: 6 }), fc.boolean())
  .map(([bodies, asArgument]) => {
    const names = bodies.map((_, index) => (index === 0 ? 'configuration.nix' : `m${index}.nix`));
    const files = bodies.map((text, index) => {
      const imports = [2 * index + 1, 2 * index + 2].flatMap((child) => names[child] ?? []);
      const more = index === 0 ? ['./declared.nix', ...(asArgument ? ['./arguments.nix'] : [])] : [];
      const list = [...more, ...imports.map((name) => `./${name}`)].join(' ');
      const given = asArgument
        ? '{ config, lib, constants, ... }:'
        : '{ config, lib, ... }:\nlet constants = import ./constants.nix; in';
      return [names[index], `${given} {\n  imports = [ ${list} ];\n  ${text}\n}\n`] as const;
    });
    return {
      ...Object.fromEntries(files),
      'declared.nix': DECLARED,
      'constants.nix': CONSTANTS,
      'arguments.nix': '{ _module.args.constants = import ./constants.nix; }',
    };
  });
