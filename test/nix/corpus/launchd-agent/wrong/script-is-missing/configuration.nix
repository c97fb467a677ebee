{ config, ... }: {
  imports = [ ./folder-actions ];
}
