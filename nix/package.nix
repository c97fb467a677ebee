# hsdoctor as a package: node around the built dist/ of a release.
{
  lib,
  stdenvNoCC,
  nodejs,
  runtimeShell,
}:
let
  manifest = builtins.fromJSON (builtins.readFile ../package.json);
in
assert lib.assertMsg (builtins.pathExists ../dist/cli.cjs)
  "hsdoctor: this source tree has no dist/: take the tag of a release (v${manifest.version}), or build it with `npm ci` and use path:. of that folder";
assert lib.assertMsg (lib.versionAtLeast nodejs.version "22.13")
  "hsdoctor: it needs Node 22.13 or newer, and this nixpkgs has ${nodejs.version}: give it another one with hsdoctor.override { nodejs = ...; }";
stdenvNoCC.mkDerivation {
  pname = manifest.name;
  inherit (manifest) version;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../bin
      ../completions
      ../demo
      ../dist
      ../docs
      ../LICENSE
      ../README.md
      ../package.json
    ];
  };

  dontConfigure = true;
  dontBuild = true;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/lib/hsdoctor $out/bin
    cp -r . $out/lib/hsdoctor
    printf '#!%s\nexec %s %s "$@"\n' ${runtimeShell} ${nodejs}/bin/node $out/lib/hsdoctor/bin/run.js >$out/bin/hsdoctor
    chmod +x $out/bin/hsdoctor
    install -D -m 644 dist/hsdoctor.1 $out/share/man/man1/hsdoctor.1
    install -D -m 644 completions/hsdoctor.bash $out/share/bash-completion/completions/hsdoctor
    install -D -m 644 completions/_hsdoctor $out/share/zsh/site-functions/_hsdoctor
    install -D -m 644 completions/hsdoctor.fish $out/share/fish/vendor_completions.d/hsdoctor.fish
    runHook postInstall
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    HOME=$TMPDIR $out/bin/hsdoctor --version
    HOME=$TMPDIR $out/bin/hsdoctor demo >/dev/null
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    mainProgram = "hsdoctor";
    platforms = lib.platforms.unix;
  };
}
