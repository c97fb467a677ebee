/**
 * What configurations use of nixpkgs' `lib`, in Nix itself: laziness and what is unknown then follow from the evaluator.
 * What is not here is unknown by its name.
 */
export const PRELUDE = String.raw`
let
  inherit (builtins)
    all any attrNames attrValues concatLists concatMap concatStringsSep elem elemAt filter foldl' genList
    getAttr groupBy hasAttr head isAttrs isBool isFloat isFunction isInt isList isString length listToAttrs map
    mapAttrs match partition removeAttrs replaceStrings sort stringLength substring tail toJSON toString;

  id = x: x;
  const = x: y: x;
  flip = f: a: b: f b a;
  pipe = foldl' (x: f: f x);
  nameValuePair = name: value: { inherit name value; };

  optional = condition: item: if condition then [ item ] else [ ];
  optionals = condition: items: if condition then items else [ ];
  optionalString = condition: string: if condition then string else "";
  optionalAttrs = condition: set: if condition then set else { };

  foldr = f: start: items:
    let
      count = length items;
      from = n: if n == count then start else f (elemAt items n) (from (n + 1));
    in from 0;
  # hsdoctor has its own: where a list is known in part, they keep that part.
  inherit (builtins.__lib or {
    flatten = x: if isList x then concatMap flatten x else [ x ];
    unique = foldl' (found: item: if elem item found then found else found ++ [ item ]) [ ];
    filterAttrs = test: set: removeAttrs set (filter (name: !test name (getAttr name set)) (attrNames set));
    splitString = separator: string: filter isString (builtins.split (escapeRegex separator) string);
  }) flatten unique filterAttrs splitString;
  range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
  imap0 = f: items: genList (n: f n (elemAt items n)) (length items);
  imap1 = f: items: genList (n: f (n + 1) (elemAt items n)) (length items);
  min = a: b: if a < b then a else b;
  max = a: b: if a > b then a else b;
  take = count: items: genList (elemAt items) (max 0 (min count (length items)));
  drop = count: items: genList (n: elemAt items (n + count)) (max 0 (length items - count));
  zipListsWith = f: a: b: genList (n: f (elemAt a n) (elemAt b n)) (min (length a) (length b));
  findFirst = test: default: items:
    let found = filter test items;
    in if found == [ ] then default else head found;

  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  mapAttrsToList = f: set: map (name: f name (getAttr name set)) (attrNames set);
  concatMapAttrs = f: set: foldl' (a: b: a // b) { } (mapAttrsToList f set);
  mapAttrs' = f: set: listToAttrs (map (name: f name (getAttr name set)) (attrNames set));
  mergeAttrsList = foldl' (a: b: a // b) { };
  attrByPath = path: default: set:
    if path == [ ] then set
    else if isAttrs set && hasAttr (head path) set then attrByPath (tail path) default (getAttr (head path) set)
    else default;
  hasAttrByPath = path: set:
    path == [ ] || (isAttrs set && hasAttr (head path) set && hasAttrByPath (tail path) (getAttr (head path) set));
  setAttrByPath = path: value:
    if path == [ ] then value else listToAttrs [ (nameValuePair (head path) (setAttrByPath (tail path) value)) ];
  recursiveUpdateUntil = stop: left: right:
    let
      update = path: a: b:
        a // mapAttrs (name: value:
          if hasAttr name a && !(stop (path ++ [ name ]) (getAttr name a) value)
          then update (path ++ [ name ]) (getAttr name a) value
          else value) b;
    in update [ ] left right;
  recursiveUpdate = recursiveUpdateUntil (path: a: b: !(isAttrs a && isAttrs b));

  concatMapStrings = f: items: concatStringsSep "" (map f items);
  concatMapStringsSep = separator: f: items: concatStringsSep separator (map f items);
  concatStrings = concatStringsSep "";
  concatLines = concatMapStrings (line: line + "\n");
  intersperse = separator: items:
    if length items < 2 then items
    else tail (concatMap (item: [ separator item ]) items);
  hasPrefix = prefix: string: substring 0 (stringLength prefix) string == prefix;
  hasSuffix = suffix: string:
    let extra = stringLength string - stringLength suffix;
    in extra >= 0 && substring extra (stringLength suffix) string == suffix;
  hasInfix = infix: string: replaceStrings [ infix ] [ "" ] string != string || infix == "";
  removePrefix = prefix: string:
    if hasPrefix prefix string then substring (stringLength prefix) (0 - 1) string else string;
  removeSuffix = suffix: string:
    if hasSuffix suffix string then substring 0 (stringLength string - stringLength suffix) string else string;
  trim = string:
    let found = match "[ \t\r\n]*(.*[^ \t\r\n])[ \t\r\n]*" string;
    in if found == null then "" else head found;
  fileContents = file: removeSuffix "\n" (builtins.readFile file);
  stringToCharacters = string: genList (n: substring n 1 string) (stringLength string);
  lowers = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  uppers = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = replaceStrings uppers lowers;
  toUpper = replaceStrings lowers uppers;
  escape = characters: replaceStrings characters (map (character: "\\" + character) characters);
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");
  escapeShellArg = argument:
    let string = toString argument;
    in if match "[[:alnum:],._+:@%/-]+" string == null
       then "'" + replaceStrings [ "'" ] [ "'\\''" ] string + "'"
       else string;
  fixedWidthString = width: filler: string:
    if stringLength string >= width then string else fixedWidthString width filler (filler + string);
  boolToString = value: if value then "true" else "false";

  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkOrder = priority: content: { _type = "order"; inherit priority content; };
  mkOption = attributes: attributes // { _type = "option"; };
  mkOptionType = attributes: { _type = "option-type"; name = "unspecified"; } // attributes;
  simple = name: mkOptionType { inherit name; };
  around = name: elemType: mkOptionType { inherit name elemType; };
  integer = simple "int";

  types = {
    anything = simple "anything";
    attrs = simple "attrs";
    bool = simple "bool";
    boolByOr = simple "boolByOr";
    float = simple "float";
    int = integer;
    number = simple "number";
    package = simple "package";
    path = simple "path";
    pathInStore = simple "path";
    port = integer;
    raw = simple "raw";
    shellPackage = simple "package";
    singleLineStr = simple "str";
    str = simple "str";
    nonEmptyStr = simple "str";
    string = simple "str";
    passwdEntry = type: type;
    strMatching = pattern: simple "str";
    enum = values: simple "enum";
    unspecified = simple "unspecified";
    ints = {
      unsigned = integer;
      positive = integer;
      u8 = integer;
      u16 = integer;
      u32 = integer;
      s8 = integer;
      s16 = integer;
      s32 = integer;
      between = first: last: integer;
    };
    separatedString = separator: mkOptionType { name = "separatedString"; inherit separator; };
    lines = types.separatedString "\n";
    commas = types.separatedString ",";
    envVar = types.separatedString ":";
    attrsOf = around "attrsOf";
    lazyAttrsOf = around "attrsOf";
    listOf = around "listOf";
    nonEmptyListOf = around "listOf";
    nullOr = around "nullOr";
    uniq = around "unique";
    unique = attributes: around "unique";
    functionTo = around "functionTo";
    either = a: b: simple "either";
    oneOf = alternatives: simple "either";
    coercedTo = from: change: to: simple "coercedTo";
    addCheck = type: check: type;
    deferredModule = simple "deferredModule";
    deferredModuleWith = { staticModules ? [ ] }: mkOptionType { name = "deferredModule"; inherit staticModules; };
    attrsWith = { elemType, ... }: around "attrsOf" elemType;
    numbers = { between = first: last: types.number; nonnegative = types.number; positive = types.number; };
    submodule = module: mkOptionType { name = "submodule"; modules = [ module ]; };
    submoduleWith = { modules, specialArgs ? { }, ... }:
      mkOptionType { name = "submodule"; inherit modules specialArgs; };
  };

  mkEnableOption = name: mkOption { type = types.bool; default = false; };
  mkPackageOption = pkgs: name: attributes: mkOption { type = types.package; default = (getAttr name pkgs); };
in
rec {
  inherit
    all any attrNames attrValues concatLists concatMap concatStringsSep elem elemAt filter foldl' genList getAttr
    groupBy hasAttr head isAttrs isBool isFloat isFunction isInt isList isString length listToAttrs map mapAttrs
    match partition removeAttrs replaceStrings sort stringLength substring tail toString
    id const flip pipe nameValuePair optional optionals optionalString optionalAttrs foldr flatten range imap0 imap1
    min max take drop unique zipListsWith findFirst genAttrs mapAttrsToList concatMapAttrs mapAttrs' filterAttrs
    mergeAttrsList attrByPath hasAttrByPath setAttrByPath recursiveUpdateUntil recursiveUpdate concatMapStrings
    concatMapStringsSep concatStrings concatLines intersperse hasPrefix hasSuffix hasInfix removePrefix removeSuffix
    trim fileContents escape escapeRegex
    stringToCharacters toLower toUpper splitString escapeShellArg fixedWidthString boolToString
    mkOverride mkOrder mkOption mkOptionType mkEnableOption mkPackageOption types;
  inherit (builtins)
    add sub mul div bitAnd bitOr bitXor ceil floor lessThan compareVersions functionArgs isPath
    baseNameOf dirOf readDir fromJSON intersectAttrs catAttrs pathExists readFile seq deepSeq splitVersion toJSON trace
    typeOf zipAttrsWith throw;
  fold = foldr;
  lists = {
    hasPrefix = prefix: items: take (length prefix) items == prefix;
    removePrefix = prefix: items:
      if lists.hasPrefix prefix items then drop (length prefix) items else throw "not a prefix of the list";
    findFirstIndex = test: default: items:
      let found = filter (n: test (elemAt items n)) (range 0 (length items - 1));
      in if found == [ ] then default else head found;
    inherit optional optionals flatten range imap0 imap1 take drop unique foldr findFirst zipListsWith;
  };
  attrsets = {
    inherit optionalAttrs nameValuePair genAttrs mapAttrsToList mapAttrs' filterAttrs recursiveUpdate attrByPath
      hasAttrByPath setAttrByPath concatMapAttrs mergeAttrsList;
    inherit (builtins) attrNames attrValues mapAttrs listToAttrs removeAttrs;
  };
  strings = {
    replicate = count: string: concatStrings (replicate count string);
    inherit optionalString concatMapStrings concatMapStringsSep concatStrings hasPrefix hasSuffix hasInfix
      removePrefix removeSuffix trim fileContents toLower toUpper splitString escapeShellArg fixedWidthString;
    inherit (builtins) concatStringsSep replaceStrings stringLength substring toJSON;
  };
  trivial = { inherit id const flip pipe boolToString min max; };
  filesystem = {
    listFilesRecursive = folder:
      flatten (mapAttrsToList (name: type:
        let path = folder + ("/" + name);
        in if type == "directory" then filesystem.listFilesRecursive path else path) (builtins.readDir folder));
    pathType = builtins.readFileType;
    pathIsDirectory = path: builtins.pathExists path && builtins.readFileType path == "directory";
    pathIsRegularFile = path: builtins.pathExists path && builtins.readFileType path == "regular";
  };
  inherit (filesystem) pathType pathIsDirectory pathIsRegularFile;
  path = {
    append = root: below: root + ("/" + below);
    hasPrefix = folder: below: folder == below || hasPrefix (removeSuffix "/" (toString folder) + "/") (toString below);
    removePrefix = folder: below:
      if folder == below then "./."
      else if path.hasPrefix folder below then "./" + removePrefix (removeSuffix "/" (toString folder) + "/") (toString below)
      else throw "not below the folder";
  };
  cleanSource = source: source;
  cleanSourceWith = { src, ... }: src;
  cleanSourceFilter = path: type: true;
  fileset.toSource = { root, ... }: root;
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  importTOML = path: builtins.fromTOML (builtins.readFile path);
  attrVals = names: set: map (name: getAttr name set) names;
  mergeAttrs = a: b: a // b;
  foldlAttrs = f: start: set: foldl' (made: name: f made name (getAttr name set)) start (attrNames set);
  genAttrs' = items: f: listToAttrs (map f items);
  mapAttrsRecursiveCond = goesOn: f:
    let
      below = path: mapAttrs (name: value:
        if isAttrs value && goesOn value then below (path ++ [ name ]) value else f (path ++ [ name ]) value);
    in below [ ];
  mapAttrsRecursive = mapAttrsRecursiveCond (set: true);
  collect = test: set:
    if test set then [ set ]
    else if isAttrs set then concatMap (collect test) (attrValues set)
    else [ ];
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });
  cartesianProduct = sets:
    foldl' (made: name: concatMap (each: map (value: each // setAttrByPath [ name ] value) (getAttr name sets)) made)
      [ { } ] (attrNames sets);
  mapCartesianProduct = f: sets: map f (cartesianProduct sets);
  isDerivation = value: value.type or null == "derivation";
  concatImapStrings = f: items: concatStrings (imap1 f items);
  concatImapStringsSep = separator: f: items: concatStringsSep separator (imap1 f items);
  concatMapAttrsStringSep = separator: f: set: concatStringsSep separator (mapAttrsToList f set);
  makeSearchPath = below: items: concatStringsSep ":" (map (item: item + ("/" + below)) (filter (item: item != null) items));
  sublist = first: count: items: take count (drop first items);
  defaultTo = default: value: if value == null then default else value;
  mapNullable = f: value: if value == null then value else f value;
  mod = base: int: base - (int * (base / int));
  allUnique = items: length (unique items) == length items;
  getAttrFromPath = path: set: foldl' (from: name: getAttr name from) set path;
  getAttrs = names: set: genAttrs names (name: (getAttr name set));
  forEach = items: f: map f items;
  remove = item: filter (each: each != item);
  subtractLists = out: filter (each: !elem each out);
  last = items: elemAt items (length items - 1);
  init = items: take (length items - 1) items;
  reverseList = items: let count = length items; in genList (n: elemAt items (count - n - 1)) count;
  singleton = item: [ item ];
  toList = x: if isList x then x else [ x ];
  count = test: items: length (filter test items);
  foldl = foldl';
  imap = imap1;
  concat = a: b: a ++ b;
  replicate = count: item: genList (n: item) count;
  intersectLists = a: filter (each: elem each a);
  attrsToList = mapAttrsToList nameValuePair;
  zipAttrsWithNames = names: f: sets:
    listToAttrs (map (name: nameValuePair name (f name (builtins.catAttrs name sets))) names);
  zipAttrs = builtins.zipAttrsWith (name: values: values);
  foldAttrs = f: start: sets:
    builtins.zipAttrsWith (name: values: foldr f start values) sets;
  filterAttrsRecursive = test: set:
    mapAttrs (name: value: if isAttrs value then filterAttrsRecursive test value else value) (filterAttrs test set);
  overrideExisting = old: new: old // builtins.intersectAttrs old new;
  findSingle = test: default: multiple: items:
    let found = filter test items;
    in if found == [ ] then default else if length found == 1 then head found else multiple;
  takeEnd = count: items: drop (max 0 (length items - count)) items;
  dropEnd = count: items: take (length items - count) items;
  uniqueStrings = items: attrNames (groupBy id items);
  mutuallyExclusive = a: b: !(any (item: elem item b) a);
  compare = a: b: if a < b then (0 - 1) else if b < a then 1 else 0;
  join = concatStringsSep;
  replaceString = from: to: replaceStrings [ from ] [ to ];
  stringAsChars = f: string: concatMapStrings f (stringToCharacters string);
  toSentenceCase = string: toUpper (substring 0 1 string) + toLower (substring 1 (0 - 1) string);
  lowerChars = lowers;
  upperChars = uppers;
  makeLibraryPath = makeSearchPath "lib";
  boolToYesNo = value: if value then "yes" else "no";
  toFunction = value: if isFunction value then value else const value;
  checkListOfEnum = message: valid: given: throwIf (subtractLists valid given != [ ]) message;
  fix = f: let made = f made; in made;
  extends = overlay: f: final: let previous = f final; in previous // overlay final previous;
  composeExtensions = f: g: final: previous:
    let first = f final previous;
    in first // g final (previous // first);
  composeManyExtensions = foldr composeExtensions (final: previous: { });
  makeExtensible = f: fix (self: f self // { extend = overlay: makeExtensible (extends overlay f); });
  versions = {
    major = version: elemAt (builtins.splitVersion version) 0;
    minor = version: elemAt (builtins.splitVersion version) 1;
    patch = version: elemAt (builtins.splitVersion version) 2;
    majorMinor = version: concatStringsSep "." (take 2 (builtins.splitVersion version));
  };
  generators = { toJSON = given: toJSON; toYAML = given: toJSON; };
  isOption = isType "option";
  isType = type: value: value._type or null == type;
  makeBinPath = makeSearchPath "bin";
  sum = foldl' (a: b: a + b) 0;
  sortOn = f: sort (a: b: f a < f b);
  escapeShellArgs = items: concatStringsSep " " (map escapeShellArg items);
  toInt = string: let value = builtins.fromJSON string; in if isInt value then value else throw "not an integer";
  versionAtLeast = version: least: builtins.compareVersions version least >= 0;
  versionOlder = version: other: builtins.compareVersions other version > 0;
  isStringLike = value: isString value || builtins.isPath value;
  traceVal = id;
  warn = message: id;
  warnIf = condition: message: id;
  warnIfNot = condition: message: id;
  traceIf = condition: message: id;
  info = message: id;
  assertMsg = condition: message: condition;
  throwIf = condition: message: value: if condition then throw message else value;
  throwIfNot = condition: message: value: if condition then value else throw message;
  setFunctionArgs = f: arguments: f;
  makeOverridable = id;
  recurseIntoAttrs = id;
  getExe = package: package + "/bin/" + package.meta.mainProgram;
  getExe' = package: name: package + ("/bin/" + name);
  getBin = id;
  getLib = id;
  getDev = id;
  literalExpression = text: { _type = "literalExpression"; inherit text; };
  literalMD = text: { _type = "literalMD"; inherit text; };
  mdDoc = id;

  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkRemovedOptionModule = path: message: { };
  mkAliasAndWrapDefinitions = wrap: option: mkIf option.isDefined (wrap (mkMerge option.definitions));
  mkAliasAndWrapDefsWithPriority = wrap: option:
    mkIf option.isDefined (wrap (mkMerge (map (mkOverride option.highestPrio) option.definitions)));
  mkAliasDefinitions = mkAliasAndWrapDefinitions id;
  mkDerivedConfig = option: f: mkOverride option.highestPrio (f option.value);
  doRename = { from, to, use ? id, withPriority ? true, condition ? true, ... }: { config, options, ... }: {
    options = setAttrByPath from (mkOption { apply = value: use (getAttrFromPath to config); });
    config = mkIf condition
      ((if withPriority then mkAliasAndWrapDefsWithPriority else mkAliasAndWrapDefinitions)
        (setAttrByPath to) (getAttrFromPath from options));
  };
  mkAliasOptionModule = from: to: doRename { inherit from to; };
  mkAliasOptionModuleMD = mkAliasOptionModule;
  mkRenamedOptionModule = mkAliasOptionModule;
  mkRenamedOptionModuleWith = { from, to, ... }: mkAliasOptionModule from to;
  mkMergedOptionModule = from: to: merge: { config, ... }:
    let unset = "_mkMergedOptionModule"; in {
      options = foldl' recursiveUpdate { } (map (path: setAttrByPath path (mkOption { default = unset; })) from);
      config = setAttrByPath to
        (mkMerge (optional (any (path: getAttrFromPath path config != unset) from) (merge config)));
    };
  mkChangedOptionModule = from: mkMergedOptionModule [ from ];
  importApply = file: arguments: { _file = file; imports = [ (import file arguments) ]; };
  setDefaultModuleLocation = file: module: { imports = [ module ]; };
  mkAssert = condition: message: content: if condition then content else throw message;
  mkForce = mkOverride 50;
  mkVMOverride = mkOverride 10;
  mkImageMediaOverride = mkOverride 60;
  mkDefault = mkOverride 1000;
  mkOptionDefault = mkOverride 1500;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;
  defaultOrderPriority = 1000;
  modules = { inherit mkOverride mkOrder importApply; };
  options = { inherit mkOption mkEnableOption mkPackageOption; };
}
`;
