# status: skipped
{
  home-manager.extraSpecialArgs.constants.server = "100.101.102.103";
  home-manager.users.sam = { constants, ... }: {
    programs.ssh.matchBlocks.server.hostname = constants.server;
    home.sessionVariables.SERVER = constants.server;
  };
}
