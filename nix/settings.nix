# The keys of hsdoctor's settings file (docs/settings.md) as options; what is not set is not written.
{ lib }:
let
  inherit (lib) types;
  option =
    type: description:
    lib.mkOption {
      type = types.nullOr type;
      default = null;
      inherit description;
    };
  list =
    type: description:
    lib.mkOption {
      type = types.nullOr (types.listOf type);
      default = null;
      inherit description;
    };
  duration = types.strMatching "[0-9]+(ms|s|m|h|d)" // {
    description = "duration such as 30s, 5m or 24h";
  };
  # Text, not a path of Nix: that one would be copied into the store, where everybody can read it.
  path = types.strMatching "~?/.+" // {
    description = "absolute path, as text";
  };
  section =
    description: options:
    lib.mkOption {
      type = types.submodule { inherit options; };
      default = { };
      inherit description;
    };
in
{
  configuration = option path "Folder of the NixOS configuration on the host, as shown in fixes.";

  check = section "What is checked, and how." {
    hosts = list (types.strMatching "[^-[:space:]][^[:space:]]*") "Hosts that are checked over SSH instead of this machine.";
    sudo = option types.bool "Run as root, through `sudo -n`.";
    skip = list types.str "Checks to leave out.";
    fail-on = option (types.enum [
      "fail"
      "warn"
      "unknown"
    ]) "Lowest status that makes the exit status 1.";
    timeout = option duration "Time limit of one collection.";
    since = option duration "Report only events newer than this.";
  };

  names = section "What cannot be found out on the host." {
    machine-learning = option types.str "Container with Immich's machine learning.";
    tailscale-address = option types.str "Address that the host must have.";
    containers = list types.str "Containers that must run.";
    secrets = list (types.strMatching "/run/agenix/.+") "Secrets that must exist.";
  };

  immich = section "The upload." {
    url = option (types.strMatching "https?://[^@]+") "URL of the server, without a password.";
    key-file = option path "File with the API key; never the key itself.";
    recursive = option types.bool "Upload subfolders too.";
    ignore = list types.str "Name patterns of files and folders to leave out.";
    follow-symlinks = option types.bool "Upload what symbolic links point to.";
    settle-interval = option duration "Treat a file as complete once it is unchanged for this long.";
    settle-timeout = option duration "How long to wait for files that still change.";
    rest-interval = option duration "How long a file must be unchanged to be deleted.";
    timeout = option duration "Time limit of a run.";
    concurrency = option (types.ints.between 1 32) "Files sent at the same time.";
    limit-rate = option types.str "Highest number of bytes sent per second, such as 2M.";
    verify = option (types.enum [
      "checksum"
      "size"
      "deep"
    ]) "How files are verified.";
    restore-trashed = option types.bool "Restore files that the server has only in its trash.";
    delete = option types.bool "Delete each verified file.";
    move-to = option path "Folder to move verified files to instead.";
    album = option types.str "Album to add all files to.";
    album-from-folder = option types.bool "Add each file to the album named after its folder.";
    engine = option (types.enum [
      "own"
      "immich-cli"
    ]) "Program that sends.";
    cli = option path "Path of the Immich CLI.";
    notify = option types.bool "Send the result through Pushover.";
    notify-on = option (types.enum [
      "always"
      "failure"
    ]) "When to send it.";
    pushover = option path "File with PUSHOVER_TOKEN= and PUSHOVER_USER=.";
    idle-timeout = option duration "Drop a connection after this long without progress.";
    response-timeout = option duration "How long to wait for the answer after the last byte.";
    retries = option (types.ints.between 0 20) "Number of retries.";
    retry-delay = option duration "Delay before the first retry, doubled after each.";
  };

  waivers = lib.mkOption {
    default = [ ];
    description = "Findings that were accepted, each with its reason.";
    type = types.listOf (
      types.submodule {
        options = {
          check = lib.mkOption {
            type = types.str;
            description = "A check, or one kind of its findings.";
          };
          reason = lib.mkOption {
            type = types.strMatching "(.|\n)*[^[:space:]](.|\n)*";
            description = "Why it was accepted.";
          };
          subject = option types.str "Only this container, unit or secret.";
          host = option types.str "Only this host.";
          until = option (types.strMatching "[0-9]{4}-[0-9]{2}-[0-9]{2}") "Last day on which it is valid.";
        };
      }
    );
  };
}
