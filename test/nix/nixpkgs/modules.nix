# `lib.evalModules`, as far as these tests need it, by the names that lib.nix gives to the types.
{ lib }:
let
  inherit (builtins)
    all any attrNames catAttrs concatLists concatMap concatStringsSep elem filter foldl' functionArgs getAttr hasAttr
    head isAttrs isBool isFunction isInt isList isPath isString length listToAttrs map mapAttrs removeAttrs sort tail throw
    toString;
  inherit (lib) mkIf mkOverride mkOptionDefault reverseList;

  typeOf = set: if isAttrs set then set._type or null else null;
  dotted = concatStringsSep ".";
  isOption = value: typeOf value == "option";

  # A set that `mkIf` and the like are wrapped around becomes one of which each attribute is wrapped.
  pushDown = value:
    let
      type = typeOf value;
      within = wrap: map (mapAttrs (name: wrap)) (pushDown value.content);
    in
    if type == "merge" then concatMap pushDown value.contents
    else if type == "if" then within (mkIf value.condition)
    else if type == "override" then within (mkOverride value.priority)
    else [ value ];

  discharge = value:
    let type = typeOf value;
    in if type == "merge" then concatMap discharge value.contents
       else if type == "if" then
         if !(isBool value.condition) then throw "the condition of mkIf is no Boolean"
         else if value.condition then discharge value.content else [ ]
       else [ value ];

  priorityOf = value: if typeOf value == "override" then value.priority else 100;
  orderOf = value: if typeOf value == "order" then value.priority else 1000;
  least = foldl' (a: b: if a < b then a else b) 9999;

  # nix's own sort keeps the order of equals
  ordered = values: map (value: if typeOf value == "order" then value.content else value) (sort (a: b: orderOf a < orderOf b) values);

  inForce = values:
    let
      found = concatMap discharge values;
      priority = least (map priorityOf found);
      kept = filter (value: priorityOf value == priority) found;
    in {
      inherit priority;
      values = ordered (map (value: if typeOf value == "override" then value.content else value) kept);
    };

  check = test: name: loc: values:
    if all test values then values
    else throw "A definition for option `${dotted loc}' is not of type `${name}'";
  same = loc: values:
    if all (value: value == head values) values then head values
    else throw "The option `${dotted loc}' has conflicting definition values";
  loose = loc: values:
    if length values == 1 then head values
    else if all isList values then concatLists values
    else if all isAttrs values then zip (name: merge (lib.types.anything) (loc ++ [ name ])) values
    else same loc values;
  zip = each: sets:
    let names = attrNames (foldl' (a: b: a // b) { } sets);
    in listToAttrs (map (name: { inherit name; value = each name (catAttrs name sets); }) names);

  merge = type: loc: definitions:
    let found = inForce definitions;
    in if found.values == [ ] then throw "The option `${dotted loc}' is used but not defined"
       else mergeValues type loc found.values;

  mergeValues = type: loc: values:
    let
      name = type.name or "unspecified";
      simple = test: same loc (check test name loc values);
    in
    if elem name [ "str" "enum" "path" ] then simple (value: isString value || isPath value || value ? outPath)
    else if name == "bool" then simple isBool
    else if name == "int" then simple isInt
    else if name == "separatedString" then concatStringsSep type.separator (check isString name loc values)
    else if name == "listOf" then
      concatMap (concatMap (item:
        let own = inForce [ item ];
        in if own.values == [ ] then [ ] else [ (mergeValues type.elemType loc own.values) ])) (check isList name loc values)
    else if name == "attrsOf" then
      let
        sets = check isAttrs name loc values;
        found = zip (name: definitions: { inherit definitions; inherit (inForce definitions) values; }) sets;
      in mapAttrs (name: { definitions, ... }: merge type.elemType (loc ++ [ name ]) definitions)
        (lib.filterAttrs (name: each: each.values != [ ]) found)
    else if name == "nullOr" then
      if all (value: value == null) values then null
      else if any (value: value == null) values then throw "The option `${dotted loc}' is null and not null"
      else mergeValues type.elemType loc values
    else if name == "unit" then
      let checked = check (value: !(isAttrs value) || value ? outPath) name loc values;
      in if any isList checked then concatMap (value: if isList value then value else [ value ]) checked else same loc checked
    else if name == "submodule" then
      (evalModules {
        modules = type.modules ++ map (value: if isAttrs value && !(type.open or false) then { config = value; } else value) values;
        specialArgs = (type.specialArgs or { }) // { name = lib.last loc; };
        prefix = loc;
      }).config
    else loose loc values;

  evalModules = { modules, specialArgs ? { }, prefix ? [ ] }:
    let
      arguments = { inherit lib options; config = result; } // specialArgs;
      call = f: f (arguments // mapAttrs (name: _: arguments.${name} or result._module.args.${name}) (functionArgs f));
      load = module:
        let
          isFile = isPath module || isString module;
          loaded = if isFile then import module else module;
          value = if isFunction loaded then call loaded else loaded;
          structured = value ? config || value ? options;
          wrapped = elem (typeOf value) [ "if" "merge" "override" ];
        in {
          key = value.key or (if isFile then keyOf module else null);
          disabled = map (each: if isAttrs each then each.key else keyOf each) (if wrapped then [ ] else value.disabledModules or [ ]);
          imports = if wrapped then [ ] else value.imports or [ ];
          options = if wrapped || !structured then { } else value.options or { };
          config =
            if wrapped then value
            else if structured then value.config or { }
            else removeAttrs value [ "imports" "_file" "key" "disabledModules" ];
        };
      # A folder is the file in it; no text is a path, but of the modules of nixpkgs.
      keyOf = path: let text = toString path; in if lib.hasSuffix ".nix" text then text else text + "/default.nix";
      collect = left: seen: found: queue:
        if queue == [ ] then found
        else
          let module = load (head queue);
          in if module.key != null && (elem module.key seen || elem module.key left) then collect left seen found (tail queue)
             else collect left (seen ++ [ module.key ]) (found ++ [ module ]) (tail queue ++ module.imports);
      own = {
        imports = [ ];
        options._module.args = lib.mkOption { type = lib.types.attrsOf lib.types.raw; default = { }; };
      };
      disabled = concatMap (module: module.disabled) (collect [ ] [ ] [ ] ([ own ] ++ modules));
      all = reverseList (collect disabled [ ] [ ] ([ own ] ++ modules));
      tree = grow prefix (map (module: module.options) all) (concatMap (module: pushDown module.config) all);
      options = tree.options;
      result = tree.config;
    in { inherit options; config = result; };

  # The options below a path, and the definitions of them.
  grow = loc: declarations: definitions:
    let
      declared = attrNames (foldl' (a: b: a // b) { } declarations);
      strangers = filter (name: !(elem name declared)) (concatMap attrNames definitions);
      grown = listToAttrs (map (name: {
        inherit name;
        value = leafOrTree (loc ++ [ name ]) (catAttrs name declarations) (catAttrs name definitions);
      }) declared);
      others = free loc (map (each: removeAttrs each declared) definitions);
    in {
      options = mapAttrs (name: each: each.options) grown;
      config = mapAttrs (name: each: each.config) grown // (if strangers == [ ] then { } else others);
    };

  # Of the options of NixOS only some are declared here: all others are taken as they come.
  free = loc: sets:
    lib.filterAttrs (name: value: value != absent) (zip (name: definitions:
      let
        found = inForce definitions;
      in
      if all (value: isAttrs value && !(value ? outPath)) (concatMap discharge (map bare definitions)) then
        (if concatMap discharge (map bare definitions) == [ ] then absent else free (loc ++ [ name ]) (concatMap pushDown (concatMap discharge definitions)))
      else if found.values == [ ] then absent
      else loose (loc ++ [ name ]) found.values) sets);
  absent = { _type = "absent"; };
  bare = value: if elem (typeOf value) [ "override" "order" ] then bare value.content else value;

  leafOrTree = loc: declarations: definitions:
    if any isOption declarations then
      let
        option = foldl' (a: b: b // a) { } declarations;
        all = definitions ++ (if option ? default then [ (mkOptionDefault option.default) ] else [ ]);
        value = merge (option.type or { }) loc all;
      in {
        options = option // { highestPrio = (inForce all).priority; };
        config = if option ? apply then option.apply value else value;
      }
    else grow loc declarations (concatMap pushDown definitions);
in
evalModules
