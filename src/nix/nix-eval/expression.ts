/**
 * Where the configuration of a machine is made: the output of a flake, a file that is a module, a file that gives the machine
 * or a set in which it has this place, or a file that is a hive of colmena.
 */
export type Entry =
  | { readonly kind: 'flake'; readonly output: string; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'expression'; readonly path: string; readonly attributes: readonly string[] }
  | { readonly kind: 'hive'; readonly path: string; readonly name: string };

/** Values are cut off where they are deeper, wider or longer: a value may be all of nixpkgs. */
const DEEPEST = 6;
const WIDEST = 500;
const LONGEST_LIST = 10_000;
const LONGEST_TEXT = 256 * 1024;

/** The options that are asked for, as a tree of their names. */
interface Wanted {
  leaf: boolean;
  readonly named: Map<string, Wanted>;
  any: Wanted | undefined;
}

/**
 * A function of Nix that answers, of a set of machines, what these options of one of them are.
 * @param patterns `virtualisation.oci-containers.containers.*.image`, `*` for any name
 */
export function ofFlake(name: string, patterns: readonly string[]): string {
  return `machines: if builtins.hasAttr ${nixText(name)} machines
then ${answering(patterns)} (builtins.getAttr ${nixText(name)} machines)
else { missing = true; }`;
}

/** The same of a file that is the configuration of NixOS, which is looked for in NIX_PATH. */
export function ofFile(path: string, patterns: readonly string[]): string {
  // A path that is not found can be caught: outside of every `tryEval`, it is the error that it is.
  return `builtins.seq <nixpkgs/nixos> (${answering(patterns)} (import <nixpkgs/nixos> { configuration = /. + ${nixText(path)}; }))`;
}

/** The same of a file that gives the machine, or a set with it at this place. */
export function ofExpression(
  path: string,
  attributes: readonly string[],
  patterns: readonly string[],
): string {
  const at = attributes.map((name) => `.${nixText(name)}`).join('');
  return `let
  made = import (/. + ${nixText(path)});
  machine = (if builtins.isFunction made then made { } else made)${at};
in ${answering(patterns)} machine`;
}

/*
 * Names are never names of attributes in the answer: a set with an `outPath` or a `__toString` is no set to `--json`.
 * `deepSeq` is for what goes into the answer only: of a package it would evaluate everything that the package needs.
 */
function answering(patterns: readonly string[]): string {
  return `(
let
  inherit (builtins)
    attrNames deepSeq elem filter getAttr getContext hasAttr isAttrs isFunction isList isString length map
    stringLength tryEval typeOf unsafeDiscardStringContext;
  attempt = value: tryEval (deepSeq value value);
  large = { t = "large"; };

  text = string:
    let context = attrNames (getContext string);
    in if stringLength string > ${LONGEST_TEXT} then large
       else if context == [ ] then string
       else { t = "text"; v = unsafeDiscardStringContext string; c = context; };

  data = depth: value:
    if isAttrs value then
      if value ? outPath || value ? __toString then text "\${value}"
      else if depth == 0 || length (attrNames value) > ${WIDEST} then large
      else { t = "set"; v = map (name: [ name (data (depth - 1) (getAttr name value)) ]) (attrNames value); }
    else if isList value then
      if depth == 0 || length value > ${LONGEST_LIST} then large else map (data (depth - 1)) value
    else if isString value then text value
    else if typeOf value == "path" then { t = "path"; v = toString value; }
    else if isFunction value then { t = "function"; }
    else value;

  priority = option:
    let tried = attempt (option.highestPrio or null);
    in if tried.success && tried.value != null then { p = tried.value; } else { };
  optionBelow = name: options:
    let tried = tryEval (isAttrs options && !(options ? _type) && hasAttr name options);
    in if tried.success && tried.value then getAttr name options else null;

  answer = wanted: options: value:
    let
      shape = tryEval (isAttrs value);
      leaf =
        let tried = attempt (data ${DEEPEST} value);
        in if tried.success then { v = [ tried.value ]; } // priority options else { e = true; };
      below = names: wantedOf: map (name:
        [ name (if hasAttr name value then answer (wantedOf name) (optionBelow name options) (getAttr name value) else { a = true; }) ]) names;
      named = attrNames wanted.named;
      children =
        if (named == [ ] && wanted.any == null) || isFunction value then { }
        else if !shape.value then { x = true; }
        else if wanted.any == null then { b = below named (name: getAttr name wanted.named); }
        else {
          all = true;
          b = below (attrNames value) (name: wanted.named.\${name} or wanted.any);
        };
    in if !shape.success then { e = true; } else (if wanted.leaf then leaf else { }) // children;
in
machine: {
  store = builtins.storeDir;
  answer = answer ${nixTree(treeOf(patterns))} (machine.options or { }) machine.config;
})`;
}

function treeOf(patterns: readonly string[]): Wanted {
  const root = fresh();
  for (const pattern of patterns) add(root, pattern.split('.'));
  return root;
}

const fresh = (): Wanted => ({ leaf: false, named: new Map(), any: undefined });

function add(tree: Wanted, [name, ...rest]: readonly string[]): void {
  if (name === undefined) {
    tree.leaf = true;
    return;
  }
  if (name === '*') {
    tree.any ??= fresh();
    add(tree.any, rest);
    // What is asked of any name is asked of a named one too.
    for (const named of tree.named.values()) add(named, rest);
    return;
  }
  let child = tree.named.get(name);
  if (child === undefined) {
    child = tree.any === undefined ? fresh() : copied(tree.any);
    tree.named.set(name, child);
  }
  add(child, rest);
}

const copied = ({ leaf, named, any }: Wanted): Wanted => ({
  leaf,
  named: new Map([...named].map(([name, below]) => [name, copied(below)])),
  any: any && copied(any),
});

function nixTree({ leaf, named, any }: Wanted): string {
  const names = [...named].map(([name, below]) => `${nixText(name)} = ${nixTree(below)};`).join(' ');
  return `{ leaf = ${leaf}; named = { ${names} }; any = ${any === undefined ? 'null' : nixTree(any)}; }`;
}

function nixText(text: string): string {
  return `"${text.replace(/[\\"$]/g, '\\$&')}"`;
}
